import { readSetting } from '../../config/readSetting.js';
import { embeddedAddresses } from '../../embedded/embeddedAddresses.js';
import { readIfThere } from '../../embedded/readIfThere.js';
import { encryptionKeysFile } from '../../service/embeddedDefaults.js';
import { createPool, type Pool } from '../../store/pool.js';
import { createSealer, parseEncryptionKeys, type Sealer } from '../../store/sealer.js';
import { dataFolderOf, usage } from '../findService.js';
import { UsageError } from '../usageError.js';

export interface SealedDatabase {
  pool: Pool;
  sealer: Sealer;
  /** Where the embedded stack's keys are, for whoever doesn't give any; null: it is another database. */
  keysFile: string | null;
}

/** The database of DATABASE_URL with EVERHOOK_ENCRYPTION_KEYS, or that of the service that runs in this folder. */
export function openSealedDatabase(variables: NodeJS.ProcessEnv): SealedDatabase {
  const own = usage(() => readSetting('databaseUrl', variables));
  const folder = dataFolderOf(variables);
  const databaseUrl = own ?? embeddedAddresses(folder)?.databaseUrl;
  if (databaseUrl === undefined) {
    throw new UsageError(`DATABASE_URL is not set, and no embedded database runs on ${folder}.`);
  }
  const given = usage(() => readSetting('encryptionKeys', variables));
  const keysFile = own === undefined ? encryptionKeysFile(folder) : null;
  const keys = given ?? (keysFile === null ? undefined : readIfThere(keysFile));
  if (keys === undefined) {
    throw new UsageError('EVERHOOK_ENCRYPTION_KEYS is not set: give those of the services.');
  }
  const sealer = createSealer(usage(() => parseEncryptionKeys(keys)));
  return { sealer, keysFile, pool: createPool(databaseUrl, 1, () => undefined) };
}
