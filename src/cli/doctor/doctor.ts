import { join } from 'node:path';
import { loadConfig, type Config } from '../../config/loadConfig.js';
import type { Environment } from '../../domain/words.js';
import { embeddedAddresses, type EmbeddedAddresses } from '../../embedded/embeddedAddresses.js';
import { readIfThere } from '../../embedded/readIfThere.js';
import { dataFolderOf, findService } from '../findService.js';
import { UsageError } from '../usageError.js';
import { checkPostgres } from './checkPostgres.js';
import { checkService } from './checkService.js';
import { checkTemporal } from './checkTemporal.js';
import { ok, problem, skipped, type Finding } from './finding.js';

/** Looks at all that Everhook needs, with the settings that a start here would have; changes nothing. */
export async function* doctor(
  variables: NodeJS.ProcessEnv,
  environment: Environment | undefined,
): AsyncGenerator<Finding> {
  const config = readConfig(variables);
  if ('subject' in config) {
    yield config;
    return;
  }
  yield ok('settings', 'can be used');
  const folder = dataFolderOf(variables);
  const isEmbedded = config.databaseUrl === undefined || config.temporalAddress === undefined;
  const embedded = isEmbedded ? embeddedAddresses(folder) : undefined;
  if (isEmbedded) yield checkFolder(folder, embedded);

  const databaseUrl = config.databaseUrl ?? embedded?.databaseUrl;
  const encryptionKeys = config.encryptionKeys ?? readIfThere(join(folder, 'encryption-keys'));
  const kept = { encryptionKeys, retentionDays: config.retentionDays };
  if (databaseUrl === undefined) yield skipped('Postgres', 'the embedded one does not run');
  else yield* checkPostgres(databaseUrl, kept);

  const temporalAddress = config.temporalAddress ?? embedded?.temporalAddress;
  if (temporalAddress === undefined) yield skipped('Temporal', 'the embedded one does not run');
  else yield* checkTemporal(temporalAddress, config.temporalNamespace);

  yield* checkFoundService(variables, environment);
}

function readConfig(variables: NodeJS.ProcessEnv): Config | Finding {
  try {
    return loadConfig(variables);
  } catch (error) {
    return problem('settings', (error as Error).message, 'Correct them; the README lists them.');
  }
}

function checkFolder(folder: string, embedded: EmbeddedAddresses | undefined): Finding {
  const subject = 'data folder';
  const remedy = 'Start the service in this folder: `npx everhook start`.';
  if (embedded === undefined) return problem(subject, `nothing runs on ${folder}`, remedy);
  const { pid, isRunning } = embedded;
  return isRunning
    ? ok(subject, `${folder}, in use by process ${pid}`)
    : problem(subject, `${folder} was in use by process ${pid}, which was killed`, remedy);
}

async function* checkFoundService(
  variables: NodeJS.ProcessEnv,
  environment: Environment | undefined,
): AsyncGenerator<Finding> {
  try {
    const { url, apiKey } = findService(variables, environment);
    yield* checkService(url, apiKey);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    yield skipped('service', error.message);
  }
}
