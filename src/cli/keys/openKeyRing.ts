import { readSetting } from '../../config/readSetting.js';
import type { Environment } from '../../domain/words.js';
import { findService, usage } from '../findService.js';
import type { KeyRing } from './keyRing.js';
import { keysOfService } from './keysOfService.js';

/** With DATABASE_URL the keys in that database, otherwise those of the service. */
export async function openKeyRing(
  variables: NodeJS.ProcessEnv,
  environment: Environment | undefined,
): Promise<KeyRing> {
  const databaseUrl = usage(() => readSetting('databaseUrl', variables));
  if (databaseUrl === undefined) return keysOfService(findService(variables, environment).client);
  // Only where it is needed: the database's driver takes longer to load than the rest of a command.
  const { keysOfDatabase } = await import('./keysOfDatabase.js');
  return keysOfDatabase(databaseUrl, environment ?? 'test');
}
