import { AttemptMaker } from './attemptMaker.js';
import { BatchSender, type BatchSenderDeps, type BatchSettings } from './batches/batchSender.js';
import { Drainer } from './drain/drainer.js';
import { HealthKeeper, type HealthKeeperDeps } from './healthKeeper.js';
import type { CircuitBounds } from '../domain/circuit.js';

/** What sends in a process: an event's deliveries one by one, imports' rows in batches, and the queues of endpoints. */
export interface Deliverers {
  attemptMaker: AttemptMaker;
  batchSender: BatchSender;
  drainer: Drainer;
}

export interface DelivererSettings extends BatchSettings, Omit<CircuitBounds, 'disableAfterMs'> {
  disableAfterHours: number;
  drainSlots: number;
}

const hourMs = 3_600_000;

export function createDeliverers(
  deps: Omit<BatchSenderDeps, 'settings' | 'health'> & Pick<HealthKeeperDeps, 'onHeldUp'>,
  settings: DelivererSettings,
): Deliverers {
  const { pool, log, onHeldUp } = deps;
  const bounds = { ...settings, disableAfterMs: settings.disableAfterHours * hourMs };
  const delivering = { ...deps, health: new HealthKeeper({ pool, log, bounds, onHeldUp }) };
  const attemptMaker = new AttemptMaker(delivering);
  return {
    attemptMaker,
    batchSender: new BatchSender({ ...delivering, settings }),
    drainer: new Drainer({ pool, attemptMaker, drainSlots: settings.drainSlots }),
  };
}
