import { join, resolve } from 'node:path';
import { createClient, type EverhookClient } from '../client/index.js';
import { readClientSettings } from '../config/clientSettings.js';
import { readSetting } from '../config/readSetting.js';
import type { Environment } from '../domain/words.js';
import { readIfThere } from '../embedded/readIfThere.js';
import { readStackRecord } from '../embedded/stackRecord.js';
import { UsageError } from './usageError.js';

/** Who waits at a prompt would rather know soon: about a second of tries. */
const maxRetries = 2;

export interface FoundService {
  url: string;
  apiKey: string;
  client: EverhookClient;
}

/**
 * The service that the command line speaks to: that of EVERHOOK_URL with EVERHOOK_API_KEY, otherwise the one that was
 * started in this folder, with its key for `environment` (test unless told). Throws a `UsageError` that says what to set.
 */
export function findService(
  variables: NodeJS.ProcessEnv,
  environment: Environment | undefined,
): FoundService {
  const { url = recordedUrl(variables), apiKey } = usage(() => readClientSettings(variables));
  const key = apiKey === undefined ? keyOfFolder(variables, environment ?? 'test') : apiKey;
  if (
    apiKey !== undefined &&
    environment !== undefined &&
    !apiKey.startsWith(`evh_${environment}_`)
  ) {
    throw new UsageError(`EVERHOOK_API_KEY is not a key of the environment ${environment}.`);
  }
  return { url, apiKey: key, client: createClient({ url, apiKey: key, maxRetries }) };
}

/** Absolute. */
export function dataFolderOf(variables: NodeJS.ProcessEnv): string {
  return resolve(usage(() => readSetting('dataDir', variables)));
}

/** Where keys are kept by the embedded stack; `keys.json` of its data folder. */
function keyOfFolder(variables: NodeJS.ProcessEnv, environment: Environment): string {
  const file = join(dataFolderOf(variables), 'keys.json');
  const text = readIfThere(file);
  const key =
    text === undefined ? undefined : (JSON.parse(text) as Record<string, string>)[environment];
  if (key !== undefined) return key;
  throw new UsageError(
    `No API key: set EVERHOOK_API_KEY (there is no key for ${environment} in ${file}).`,
  );
}

function recordedUrl(variables: NodeJS.ProcessEnv): string {
  const folder = dataFolderOf(variables);
  const url = readStackRecord(folder)?.urls.api;
  if (url !== undefined) return url;
  throw new UsageError(
    `No service is known: none runs on ${folder}. Start one with \`npx everhook start\`, go to the folder that yours was started in, or set EVERHOOK_URL and EVERHOOK_API_KEY.`,
  );
}

/** A setting that can't be read is the user's to mend. */
export function usage<T>(read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw new UsageError((cause as Error).message, { cause });
  }
}
