import { readFileSync } from 'node:fs';
import { Worker, type NativeConnection, type WorkerOptions } from '@temporalio/worker';
import type { Config } from '../config/loadConfig.js';
import type { Activities } from '../contract/activities.js';
import type { BatchActivities } from '../contract/batches.js';
import type { DrainActivities } from '../contract/drain.js';
import type { RecoveryActivities } from '../contract/recoveries.js';
import { taskQueues } from '../contract/temporal.js';
import { workflowBundlePath } from './workflowBundle.js';

/** More pollers hold slots that starts need (measured: with the default of 10 only a quarter of starts were eager). */
const workflowPollers = 4;

type WorkerSettings = Pick<
  Config,
  | 'temporalNamespace'
  | 'workflowTaskSlots'
  | 'maxCachedWorkflows'
  | 'attemptSlots'
  | 'batchSlots'
  | 'drainSlots'
  | 'shutdownGraceMs'
>;

/** The slots, cache and pollers of a worker of workflows; the benchmark's floor has the same. */
export function workflowWorkerSettings(
  settings: Pick<WorkerSettings, 'workflowTaskSlots' | 'maxCachedWorkflows'>,
): Pick<
  WorkerOptions,
  | 'maxConcurrentWorkflowTaskExecutions'
  | 'maxConcurrentLocalActivityExecutions'
  | 'maxCachedWorkflows'
  | 'workflowTaskPollerBehavior'
> {
  return {
    maxConcurrentWorkflowTaskExecutions: settings.workflowTaskSlots,
    maxConcurrentLocalActivityExecutions: settings.workflowTaskSlots,
    maxCachedWorkflows: settings.maxCachedWorkflows,
    workflowTaskPollerBehavior: { type: 'simple-maximum', maximum: workflowPollers },
  };
}

/** The workers of one process: workflows with their local activities, attempts as ordinary activities, batches, and drains. */
export async function createWorkers(
  connection: NativeConnection,
  activities: Activities & BatchActivities & DrainActivities & RecoveryActivities,
  settings: WorkerSettings,
): Promise<Worker[]> {
  const shared = {
    connection,
    namespace: settings.temporalNamespace,
    shutdownGraceTime: settings.shutdownGraceMs,
  };
  const workflows = await Worker.create({
    ...shared,
    taskQueue: taskQueues.workflows,
    workflowBundle: { code: readFileSync(workflowBundlePath, 'utf8') },
    activities,
    ...workflowWorkerSettings(settings),
  });
  const attempts = await Worker.create({
    ...shared,
    taskQueue: taskQueues.attempts,
    activities: { attemptTogether: activities.attemptTogether },
    maxConcurrentActivityTaskExecutions: settings.attemptSlots,
  });
  const { planBatches, sendBatches } = activities;
  const batches = await Worker.create({
    ...shared,
    taskQueue: taskQueues.batches,
    activities: { planBatches, sendBatches },
    maxConcurrentActivityTaskExecutions: settings.batchSlots,
  });
  const drains = await Worker.create({
    ...shared,
    taskQueue: taskQueues.drain,
    activities: { drain: activities.drain },
    maxConcurrentActivityTaskExecutions: settings.drainSlots,
  });
  return [workflows, attempts, batches, drains];
}
