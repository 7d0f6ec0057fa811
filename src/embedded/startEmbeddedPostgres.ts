import { createDatabase } from './createDatabase.js';
import type { EmbeddedLog } from './embeddedLog.js';
import { keepRunning, type KeptServer } from './keepRunning.js';
import { startPostgres } from './postgresServer.js';

export interface EmbeddedPostgres extends KeptServer {
  port: number;
  databaseUrl: string;
}

/** Everhook's database in the embedded Postgres. */
export const embeddedDatabase = 'everhook';

/** Starts Postgres with Everhook's database in it, and keeps it running. */
export async function startEmbeddedPostgres(
  folder: string,
  preferredPort: number,
  log: EmbeddedLog,
): Promise<EmbeddedPostgres> {
  const server = await startPostgres({ folder, preferredPort });
  const { port } = server;
  const restart = () => startPostgres({ folder, preferredPort: port, portIsFixed: true });
  const kept = keepRunning('The embedded Postgres', server, restart, log);
  try {
    await createDatabase(server.databaseUrl('postgres'), embeddedDatabase);
  } catch (error) {
    await kept.stop();
    throw error;
  }
  return { ...kept, port, databaseUrl: server.databaseUrl(embeddedDatabase) };
}
