import { clientSettings } from './clientSettings.js';
import { readSetting } from './readSetting.js';
import { retentionProblem } from './retention.js';
import { settings, type SettingName, type SettingValues } from './settings.js';
import { batchSizingProblem, sizingProblem } from './sizing.js';

export type Config = Readonly<SettingValues>;

/**
 * The settings from environment variables, validated and frozen. An empty value counts as unset, except for
 * `EVERHOOK_ALLOW_NETWORKS`, where it means: none. Throws one error that names every bad variable.
 */
export function loadConfig(environment: NodeJS.ProcessEnv): Config {
  const names = Object.keys(settings) as SettingName[];
  const values: Partial<Record<SettingName, unknown>> = {};
  const problems: string[] = [];
  for (const name of names) {
    try {
      values[name] = readSetting(name, environment);
    } catch (error) {
      problems.push((error as Error).message);
    }
  }
  const config = values as SettingValues;
  if (problems.length === 0) problems.push(...crossChecks(config));
  if (problems.length > 0) {
    throw new Error(`These settings can't be used:\n  ${problems.join('\n  ')}`);
  }
  return Object.freeze(config);
}

/** The variables that look like settings of Everhook and are none: misspelt, or of another version. */
export function unknownVariables(environment: NodeJS.ProcessEnv): string[] {
  const known = [...Object.values(settings), ...Object.values(clientSettings)].map(
    ({ variable }) => variable,
  );
  return Object.keys(environment).filter(
    (name) => name.startsWith('EVERHOOK_') && !known.includes(name),
  );
}

function crossChecks(config: SettingValues): string[] {
  const problems: string[] = [];
  if (config.databaseUrl !== undefined && config.encryptionKeys === undefined) {
    problems.push(
      'EVERHOOK_ENCRYPTION_KEYS: required with DATABASE_URL, since the keys must outlive this machine. Make one: echo "k1:$(openssl rand -base64 32)"',
    );
  }
  for (const problem of [
    sizingProblem(config),
    batchSizingProblem(config),
    retentionProblem(config),
  ]) {
    if (problem !== null) problems.push(problem);
  }
  return problems;
}
