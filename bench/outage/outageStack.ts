import { Client, Connection } from '@temporalio/client';
import type { Undo } from '../../src/service/undo.js';
import { createPool, type Pool } from '../../src/store/pool.js';
import { startChild, type Child } from '../children/startChild.js';
import { EventLoad } from '../load/eventLoad.js';
import type { LoadHandlers } from '../load/loadProcess.js';
import type { ReceiverHandlers } from '../receiver/receiverProcess.js';
import { makeBenchFolder } from '../stack/makeBenchFolder.js';
import { makeBenchKey } from '../stack/makeBenchKey.js';
import { startServers } from '../stack/startServers.js';
import { makeEncryptionKeys, startServiceProcess } from '../stack/startServiceProcess.js';
import type { OutageReceiverHandlers } from './outageReceiverProcess.js';

export interface OutageStack {
  load: EventLoad;
  /** Submits much. */
  loader: Child<LoadHandlers>;
  /** Of a tenant whose endpoint is well: in nobody's way. */
  healthy: Child<ReceiverHandlers>;
  healthyUrl: string;
  failing: Child<OutageReceiverHandlers>;
  failingUrl: string;
  pool: Pool;
  temporal: Client;
}

/** Servers, service, two receivers and the load, each a process. */
export async function startOutageStack(undo: Undo): Promise<OutageStack> {
  const folder = makeBenchFolder(undo);
  const [postgres, temporal] = await startServers(folder, [], undo);
  const databaseUrl = postgres.databaseUrl('postgres');
  const service = await startServiceProcess(
    {
      ...{ folder, databaseUrl, temporalAddress: temporal.address },
      encryptionKeys: makeEncryptionKeys(),
    },
    undo,
  );
  const healthy = await startChild<ReceiverHandlers>(
    new URL('../receiver/receiverProcess.js', import.meta.url),
    [],
  );
  undo.add(() => healthy.stop());
  const failing = await startChild<OutageReceiverHandlers>(
    new URL('./outageReceiverProcess.js', import.meta.url),
    [],
  );
  undo.add(() => failing.stop());
  const pool = createPool(databaseUrl, 2, (error) => console.error(error));
  undo.add(() => pool.end());
  const key = await makeBenchKey(pool);
  const loader = await startChild<LoadHandlers>(
    new URL('../load/loadProcess.js', import.meta.url),
    [service.url, key],
  );
  undo.add(() => loader.stop());
  const load = new EventLoad(service.url, key);
  undo.add(() => load.close());
  const connection = await Connection.connect({ address: temporal.address });
  undo.add(() => connection.close());
  return {
    ...{ load, loader, pool, healthy, failing },
    healthyUrl: await healthy.call('url'),
    failingUrl: await failing.call('url'),
    temporal: new Client({ connection }),
  };
}
