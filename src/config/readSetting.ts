import { z } from 'zod';
import { settings, type SettingName, type SettingValues } from './settings.js';

/**
 * One setting from environment variables. An empty value counts as unset, except for `EVERHOOK_ALLOW_NETWORKS`, where
 * it means: none. Throws an error that names the variable, and shows no secret.
 */
export function readSetting<K extends SettingName>(
  name: K,
  environment: NodeJS.ProcessEnv,
): SettingValues[K] {
  const { variable, schema, secret } = settings[name] as (typeof settings)[K] & { secret?: true };
  const given = environment[variable];
  const result = schema.safeParse(given === '' && name !== 'allowNetworks' ? undefined : given);
  if (result.success) return result.data as SettingValues[K];
  throw new Error(`${variable}${secret ? '' : `=${given}`}: ${z.prettifyError(result.error)}`);
}
