import { newUuid } from '../../src/store/newUuid.js';
import { loadConfig } from '../../src/config/loadConfig.js';
import { parseId } from '../../src/domain/ids.js';
import { createLog } from '../../src/telemetry/log.js';
import { installTemporalRuntime } from '../../src/telemetry/installTemporalRuntime.js';
import { FirstAttempts } from '../../src/intake/dispatch/firstAttempts.js';
import { connectTemporal } from '../../src/temporal/connectTemporal.js';
import { createWorkflowStarter } from '../../src/temporal/createWorkflowStarter.js';
import { answerParent } from '../children/answerParent.js';
import { runLanes, runSteadily } from '../load/runLanes.js';
import { monotonicMs } from '../measure/monotonicMs.js';
import { createFloorWorker } from './createFloorWorker.js';
import { floorNamespace } from './floorNamespace.js';

const [address = ''] = process.argv.slice(2);
const config = loadConfig({});
installTemporalRuntime(createLog('warn'));
const firstAttempts = new FirstAttempts();
const activityAtMs = new Map<string, number>();
const connection = await connectTemporal(address);
const worker = await createFloorWorker(connection, config, (eventId) => {
  const id = parseId('event', eventId) ?? eventId;
  activityAtMs.set(id, monotonicMs());
  firstAttempts.made(id, false);
});
const starter = createWorkflowStarter(connection, floorNamespace);
void worker.run();

/** Starts one and waits for its activity. Milliseconds from the call of start to the start of the activity. */
async function runOne(): Promise<number> {
  const eventId = newUuid();
  const done = firstAttempts.of(eventId);
  const sentAtMs = monotonicMs();
  await starter.start({
    id: eventId,
    kind: 'deliverEvent',
    subjectId: eventId,
    event: { id: eventId, type: 'bench.event' },
    environment: 'test',
    tenant: 'floor',
    endpointIds: [eventId],
    importName: null,
    traceParent: null,
  });
  await done.made;
  const latencyMs = (activityAtMs.get(eventId) ?? Number.NaN) - sentAtMs;
  activityAtMs.delete(eventId);
  return latencyMs;
}

const handlers = {
  /** Milliseconds from the first start to the last activity. */
  async runMany({ count }: { count: number }): Promise<number> {
    const startMs = monotonicMs();
    await runLanes(count, config.startsInFlight, async () => {
      await runOne();
    });
    return monotonicMs() - startMs;
  },
  /** Milliseconds from start to activity, of each. */
  async runSteadily(input: { count: number; ratePerSecond: number }): Promise<number[]> {
    return await runSteadily(input.count, input.ratePerSecond, runOne);
  },
};
export type FloorHandlers = typeof handlers;

answerParent(handlers);
