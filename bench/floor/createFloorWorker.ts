import { fileURLToPath } from 'node:url';
import {
  bundleWorkflowCode,
  DefaultLogger,
  Worker,
  type NativeConnection,
} from '@temporalio/worker';
import type { Config } from '../../src/config/loadConfig.js';
import { taskQueues } from '../../src/contract/temporal.js';
import { workflowWorkerSettings } from '../../src/temporal/createWorkers.js';
import { floorNamespace } from './floorNamespace.js';

const workflowsPath = fileURLToPath(new URL('./floorWorkflow.js', import.meta.url));

/** A worker with the service's settings, whose one activity does nothing but tell that it has begun. */
export async function createFloorWorker(
  connection: NativeConnection,
  config: Config,
  onActivity: (eventId: string) => void,
): Promise<Worker> {
  return await Worker.create({
    connection,
    namespace: floorNamespace,
    taskQueue: taskQueues.workflows,
    workflowBundle: await bundleWorkflowCode({ workflowsPath, logger: new DefaultLogger('WARN') }),
    activities: { attemptFirst: async (eventId: string) => onActivity(eventId) },
    ...workflowWorkerSettings(config),
  });
}
