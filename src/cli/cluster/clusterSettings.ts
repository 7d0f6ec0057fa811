import { loadConfig, type Config } from '../../config/loadConfig.js';
import { settings, type SettingName } from '../../config/settings.js';
import { usage } from '../findService.js';

/** What the cluster decides for its processes, whatever the user has set. */
const ownSettings = [
  'roles',
  'host',
  'databaseUrl',
  'temporalAddress',
  'temporalUiUrl',
  'encryptionKeys',
] as const satisfies readonly SettingName[];

/** The user's environment without what the cluster decides. */
export function userEnvironment(variables: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const own: string[] = ownSettings.map((name) => settings[name].variable);
  return Object.fromEntries(Object.entries(variables).filter(([name]) => !own.includes(name)));
}

/** The settings that the processes share. Throws a `UsageError` that names every bad variable. */
export function clusterConfig(variables: NodeJS.ProcessEnv): Config {
  return usage(() => loadConfig(userEnvironment(variables)));
}
