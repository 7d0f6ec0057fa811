import type { Undo } from '../../src/service/undo.js';
import { createPool, type Pool } from '../../src/store/pool.js';
import { startChild, type Child } from '../children/startChild.js';
import { floorNamespace } from '../floor/floorNamespace.js';
import type { FloorHandlers } from '../floor/floorProcess.js';
import { EventLoad } from '../load/eventLoad.js';
import type { ReceiverHandlers } from '../receiver/receiverProcess.js';
import { makeBenchFolder } from './makeBenchFolder.js';
import { makeBenchKey } from './makeBenchKey.js';
import { startServers } from './startServers.js';
import { makeEncryptionKeys, startServiceProcess } from './startServiceProcess.js';

export interface BenchStack {
  load: EventLoad;
  floor: Child<FloorHandlers>;
  receiver: Child<ReceiverHandlers>;
  receiverUrl: string;
  /** To the service's database. */
  pool: Pool;
  pids: { service: number; floor: number; temporal: number; postgres: number; receiver: number };
}

const database = 'postgres';
const poolSize = 2;

/**
 * Starts servers, service, receiver and floor in a folder of their own, each a process; all that, and the folder, is
 * undone by `undo`. The servers are those of the embedded stack.
 */
export async function startBenchStack(undo: Undo): Promise<BenchStack> {
  const folder = makeBenchFolder(undo);
  const [postgres, temporal] = await startServers(folder, [floorNamespace], undo);
  const databaseUrl = postgres.databaseUrl(database);
  const service = await startServiceProcess(
    {
      folder,
      databaseUrl,
      temporalAddress: temporal.address,
      encryptionKeys: makeEncryptionKeys(),
    },
    undo,
  );
  const receiver = await startChild<ReceiverHandlers>(
    new URL('../receiver/receiverProcess.js', import.meta.url),
    [],
  );
  undo.add(() => receiver.stop());
  const floor = await startChild<FloorHandlers>(
    new URL('../floor/floorProcess.js', import.meta.url),
    [temporal.address],
  );
  undo.add(() => floor.stop());
  const pool = createPool(databaseUrl, poolSize, (error) => console.error(error));
  undo.add(() => pool.end());
  const load = new EventLoad(service.url, await makeBenchKey(pool));
  undo.add(() => load.close());
  return {
    load,
    floor,
    receiver,
    receiverUrl: await receiver.call('url'),
    pool,
    pids: {
      service: service.pid,
      floor: floor.pid,
      temporal: temporal.pid,
      postgres: postgres.pid,
      receiver: receiver.pid,
    },
  };
}
