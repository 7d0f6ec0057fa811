import { showId } from '../domain/ids.js';

/** Task queues, each with slots of its own, so that slow receivers take nothing from workflows. */
export const taskQueues = {
  /** Workflows and their local activities. */
  workflows: 'everhook',
  /** Attempts as ordinary activities: slow endpoints, late retries, what was over a bound. */
  attempts: 'attempts',
  /** Batches of an import's rows, each of which may take minutes. */
  batches: 'batches',
  /** The queues of endpoints, each worked off by one at a time. */
  drain: 'drain',
} as const;

/** The workflows' names, each with the start of its ids. */
const workflowIdPrefixes = {
  deliverEvent: 'event',
  redeliver: 'delivery',
  deliverBatches: 'batches',
  drainEndpoint: 'endpoint',
  recover: 'recovery',
} as const;
export type WorkflowType = keyof typeof workflowIdPrefixes;
export const workflowTypes = Object.keys(workflowIdPrefixes) as WorkflowType[];

/** What each workflow works on; its shown id is the workflow's only input. */
export const subjectKinds = {
  deliverEvent: 'event',
  redeliver: 'delivery',
  deliverBatches: 'delivery',
  drainEndpoint: 'endpoint',
  recover: 'recovery',
} as const;

/** The shown id that a workflow takes as input, from the bare UUID of its subject. */
export function workflowInput(type: WorkflowType, subjectId: string): string {
  return showId(subjectKinds[type], subjectId);
}

/** `event/evt_…`, `delivery/dlv_…`, from the bare UUID of its subject. */
export function workflowId(type: WorkflowType, subjectId: string): string {
  return workflowIdOf(type, workflowInput(type, subjectId));
}

/** The same from the shown id. */
export function workflowIdOf(type: WorkflowType, input: string): string {
  return `${workflowIdPrefixes[type]}/${input}`;
}

/**
 * Signals that say what an operator wants, with one object as the argument, since the Temporal UI sends one:
 * `{ deliveryId: 'dlv_…' }`, or `{}` for all of the workflow's deliveries.
 */
export const signals = {
  retryNow: 'retryNow',
  cancel: 'cancel',
  /** Of `deliverBatches` alone, as is `resume`. */
  pause: 'pause',
  resume: 'resume',
  /** From the API, which has written to Postgres what it wants before. */
  lookAgain: 'lookAgain',
} as const;

/** The type of the failure with which a workflow ends whose deliveries used up their rounds. */
export const roundUsedUp = 'RoundUsedUp';

/** Asks `deliverBatches` how far it is. */
export const progressQuery = 'progress';
