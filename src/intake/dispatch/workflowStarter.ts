import type { OutboxEntry } from '../../store/outbox.js';

/** What dispatch needs of Temporal. Every call is bounded in time; Temporal's failures are thrown. */
export interface WorkflowStarter {
  /**
   * Starts the entry's workflow, or wakes the one that runs. One that is there already is success. True if this
   * process's own worker got its first task with the answer (an eager start).
   */
  start(entry: OutboxEntry): Promise<boolean>;
  /** Whether the workflow of that endpoint or recovery is running. */
  isRunning(type: 'drainEndpoint' | 'recover', subjectId: string): Promise<boolean>;
  /** Whether a workflow that works on the delivery is running. */
  isWorkedOn(delivery: {
    eventId: string;
    deliveryId: string;
    inBatches: boolean;
  }): Promise<boolean>;
  /** Workflow tasks that wait for a worker. */
  backlog(): Promise<number>;
}
