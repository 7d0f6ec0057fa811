import { join } from 'node:path';
import { findTemporal } from '../../src/embedded/findTemporal.js';
import { startPostgres, type PostgresServer } from '../../src/embedded/postgresServer.js';
import { startTemporal, type TemporalServer } from '../../src/embedded/temporalServer.js';
import type { Undo } from '../../src/service/undo.js';

/** Those of the embedded stack, in a folder. */
export async function startServers(
  folder: string,
  namespaces: string[],
  undo: Undo,
): Promise<[PostgresServer, TemporalServer]> {
  const postgres = await startPostgres({ folder: join(folder, 'postgres'), preferredPort: 0 });
  undo.add(() => postgres.stop());
  const temporal = await startTemporal({
    folder: join(folder, 'temporal'),
    binary: await findTemporal(),
    namespaces,
    preferredPort: 0,
    preferredUiPort: 0,
  });
  undo.add(() => temporal.stop());
  return [postgres, temporal];
}
