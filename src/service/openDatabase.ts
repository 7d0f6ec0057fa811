import type { Config } from '../config/loadConfig.js';
import { checkEncryptionKeys } from '../store/checkEncryptionKeys.js';
import { storeEncryptionCheck } from '../store/encryptionCheck.js';
import { migrate } from '../store/migrate.js';
import { createPool, type Pool } from '../store/pool.js';
import type { Sealer } from '../store/sealer.js';
import type { Log } from '../telemetry/log.js';
import { KeyAnnouncer } from './keyAnnouncer.js';
import type { Undo } from './undo.js';

/** Brings the database to this version's schema and opens its pools: for the API, and for accepting and delivering. */
export async function openDatabase(
  databaseUrl: string,
  { config, sealer, log }: { config: Config; sealer: Sealer; log: Log },
  undo: Undo,
): Promise<{ pool: Pool; workPool: Pool }> {
  await migrate(databaseUrl);
  const onBroken = (err: Error): void => log.warn({ err }, 'a database connection broke');
  // A quarter for what the API reads and changes; so its lists take no connection from accepting and delivering.
  const apiPoolSize = Math.ceil(config.databasePoolSize / 4);
  const pool = createPool(databaseUrl, apiPoolSize, onBroken);
  undo.add(() => pool.end());
  const workPoolSize = config.databasePoolSize - apiPoolSize;
  const workPool = createPool(databaseUrl, workPoolSize, onBroken, { plansOnce: true });
  undo.add(() => workPool.end());
  await storeEncryptionCheck(pool, sealer);
  await checkEncryptionKeys(pool, sealer);
  const announcer = new KeyAnnouncer(pool, log, sealer);
  await announcer.start();
  undo.add(() => announcer.stop());
  return { pool, workPool };
}
