import type { TestContext } from 'vitest';
import { startPostgres } from '../../src/embedded/postgresServer.js';
import { makeTempFolder } from '../setup/tempFolder.js';

export interface OwnPostgres {
  databaseUrl: string;
  /** Resolves when it is back, on the same port. */
  restart(): Promise<void>;
}

/** A Postgres of a test's own, without the run's databases. */
export async function ownPostgres({
  onTestFinished,
}: Pick<TestContext, 'onTestFinished'>): Promise<OwnPostgres> {
  const options = { folder: makeTempFolder('postgres'), maxConnections: 50 };
  let running = await startPostgres({ ...options, preferredPort: 0 });
  onTestFinished(async () => await running.stop());
  return {
    databaseUrl: running.databaseUrl('postgres'),
    restart: async () => {
      await running.stop();
      const { port } = running;
      running = await startPostgres({ ...options, preferredPort: port, portIsFixed: true });
    },
  };
}
