import { join } from 'node:path';
import { findTemporal } from '../../src/embedded/findTemporal.js';
import { startPostgres } from '../../src/embedded/postgresServer.js';
import { startTemporal } from '../../src/embedded/temporalServer.js';
import type { Undo } from '../../src/service/undo.js';
import { createPool, type Pool } from '../../src/store/pool.js';
import { startChild, type Child } from '../children/startChild.js';
import { makeBenchFolder } from '../stack/makeBenchFolder.js';
import { makeBenchKey } from '../stack/makeBenchKey.js';
import { makeEncryptionKeys, startServiceProcess } from '../stack/startServiceProcess.js';
import { ImportLoad } from './importLoad.js';
import type { LedgerHandlers } from './ledgerProcess.js';

const database = 'postgres';

export interface ImportStack {
  folder: string;
  pool: Pool;
  load: ImportLoad;
  receiver: Child<LedgerHandlers>;
  receiverUrl: string;
  servicePid(): number;
  /** SIGKILL, and a new one. */
  killService(): Promise<void>;
  restartTemporal(): Promise<void>;
  restartPostgres(): Promise<void>;
}

/** Servers, service and a receiver that keeps a ledger, each a process; what is restarted comes back at its address. */
export async function startImportStack(undo: Undo): Promise<ImportStack> {
  const folder = makeBenchFolder(undo);
  const postgresFolder = join(folder, 'postgres');
  let postgres = await startPostgres({ folder: postgresFolder, preferredPort: 0 });
  undo.add(() => postgres.stop());
  const temporalOptions = {
    ...{ folder: join(folder, 'temporal'), binary: await findTemporal(), namespaces: [] },
    ...{ preferredPort: 0, preferredUiPort: 0 },
  };
  let temporal = await startTemporal(temporalOptions);
  undo.add(() => temporal.stop());

  const databaseUrl = postgres.databaseUrl(database);
  const encryptionKeys = makeEncryptionKeys();
  const startService = () =>
    startServiceProcess(
      { folder, databaseUrl, temporalAddress: temporal.address, encryptionKeys },
      undo,
    );
  let service = await startService();
  const receiver = await startChild<LedgerHandlers>(
    new URL('./ledgerProcess.js', import.meta.url),
    [],
  );
  undo.add(() => receiver.stop());
  const pool = createPool(databaseUrl, 2, () => undefined);
  undo.add(() => pool.end());
  const load = new ImportLoad(service.url, await makeBenchKey(pool));
  undo.add(() => load.close());
  return {
    folder,
    pool,
    load,
    receiver,
    receiverUrl: await receiver.call('url'),
    servicePid: () => service.pid,
    async killService() {
      process.kill(service.pid, 'SIGKILL');
      service = await startService();
    },
    async restartTemporal() {
      await temporal.stop();
      const { port, uiPort } = temporal;
      temporal = await startTemporal({
        ...{ ...temporalOptions, preferredPort: port, preferredUiPort: uiPort },
        portsAreFixed: true,
      });
    },
    async restartPostgres() {
      await postgres.stop();
      postgres = await startPostgres({
        ...{ folder: postgresFolder, preferredPort: postgres.port, portIsFixed: true },
      });
    },
  };
}
