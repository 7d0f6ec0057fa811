import { RepeatedWork } from '../repeatedWork.js';
import { keepRetention, type RetentionDeps } from './keepRetention.js';
import { expireRowsOfImports } from './expireRowsOfImports.js';
import { advisoryLocks, withAdvisoryLock } from '../../store/advisoryLock.js';
import { deleteOldAuditEntries } from '../../store/auditEntries.js';
import { readEndpointsOutOfStep } from '../../store/endpointState.js';
import { failQueuedTooLong } from '../../store/failQueuedTooLong.js';
import { deleteExpiredIdempotencyKeys } from '../../store/idempotencyKeys.js';
import { cancelOpenOfDeleted } from '../../store/endpointDeliveries.js';
import { expireDeliveries } from '../../store/expireDeliveries.js';
import { forgetOrders } from '../../store/orderingHeads.js';
import { hasRowsOutsideDays, makePartitionsAhead } from '../../store/partitions.js';
import type { Pool } from '../../store/pool.js';
import { wantDrains } from '../../store/wakes.js';
import type { Log } from '../../telemetry/log.js';
import type { Metrics } from '../../telemetry/metrics/createMetrics.js';

/** Until a chore that failed is tried again: one that had to give way would be in the way again. */
const failedChoreMs = 60_000;

interface Chore {
  name: string;
  everyMs: number;
  work: () => Promise<void>;
}

export interface HousekeepingDeps extends RetentionDeps {
  metrics: Pick<Metrics, 'choreDone' | 'deliveriesFailed'>;
  sweep: () => Promise<void>;
  /** Gives the endpoints new secrets that are due. */
  rotateSecrets: (stopping: AbortSignal) => Promise<void>;
  /** How long an import's rows are kept. */
  rowRetentionHours: number;
  /** How long a delivery may wait for its endpoint. */
  queueRetentionHours: number;
  /** How long entries of the audit log are kept. */
  auditRetentionDays: number;
  /** Between two rounds; each chore has a longer interval of its own. */
  roundMs: number;
}

/** The chores of the dispatcher role, done by one process at a time. */
export class Housekeeping {
  readonly #chores: (Chore & { dueAtMs: number })[];
  readonly #rounds = new RepeatedWork(() => this.#tryRound());

  constructor(private readonly deps: HousekeepingDeps) {
    const { pool, log, metrics, sweep } = deps;
    const { rowRetentionHours, queueRetentionHours, auditRetentionDays } = deps;
    const { signal } = this.#rounds;
    const chores: Chore[] = [
      { name: 'sweep', everyMs: 0, work: sweep },
      { name: 'secrets', everyMs: 10_000, work: () => deps.rotateSecrets(signal) },
      { name: 'endpoints', everyMs: 60_000, work: () => bringIntoStep(pool) },
      {
        name: 'idempotency keys',
        everyMs: 600_000,
        work: () => deleteExpiredIdempotencyKeys(pool),
      },
      {
        name: 'expired deliveries',
        everyMs: 10_000,
        work: async () => {
          const failed = await expireDeliveries(pool, signal);
          metrics.deliveriesFailed.inc({ cause: 'expired' }, failed);
        },
      },
      { name: 'orders', everyMs: 3_600_000, work: () => forgetOrders(pool) },
      {
        name: 'rows of imports',
        everyMs: 60_000,
        work: async () => {
          const failed = await expireRowsOfImports(pool, rowRetentionHours, signal);
          metrics.deliveriesFailed.inc({ cause: 'expired' }, failed);
        },
      },
      {
        name: 'queues',
        everyMs: 60_000,
        work: async () => {
          const failed = await failQueuedTooLong(pool, queueRetentionHours, signal);
          metrics.deliveriesFailed.inc({ cause: 'waited too long' }, failed);
        },
      },
      {
        name: 'audit log',
        everyMs: 3_600_000,
        work: () => deleteOldAuditEntries(pool, auditRetentionDays, signal),
      },
      { name: 'retention', everyMs: 600_000, work: () => keepRetention(deps, signal) },
      { name: 'partitions', everyMs: 3_600_000, work: () => lookAfterPartitions(pool, log) },
    ];
    this.#chores = chores.map((chore) => ({ ...chore, dueAtMs: 0 }));
    // So that one that never succeeds is seen, too.
    for (const { name } of chores) this.#noteDone(name);
  }

  run(): void {
    this.#rounds.run();
  }

  async stop(): Promise<void> {
    await this.#rounds.stop();
  }

  async #tryRound(): Promise<number> {
    const { pool, log, roundMs } = this.deps;
    try {
      await withAdvisoryLock(pool, advisoryLocks.housekeeping, () => this.#round());
    } catch (error) {
      log.warn({ err: error }, 'housekeeping could not begin');
    }
    return roundMs;
  }

  #noteDone(chore: string): void {
    this.deps.metrics.choreDone.set({ chore }, Date.now() / 1_000);
  }

  async #round(): Promise<void> {
    for (const chore of this.#chores) {
      if (this.#rounds.signal.aborted || chore.dueAtMs > Date.now()) continue;
      try {
        await chore.work();
        this.#noteDone(chore.name);
        chore.dueAtMs = Date.now() + chore.everyMs;
      } catch (error) {
        chore.dueAtMs = Date.now() + Math.min(chore.everyMs, failedChoreMs);
        this.deps.log.warn({ err: error, chore: chore.name }, 'a chore failed; it is tried again');
      }
    }
  }
}

async function bringIntoStep(pool: Pool): Promise<void> {
  for (const { id, isDeleted } of await readEndpointsOutOfStep(pool)) {
    await (isDeleted ? cancelOpenOfDeleted(pool, id) : wantDrains(pool, [id]));
  }
}

async function lookAfterPartitions(pool: Pool, log: Log): Promise<void> {
  await makePartitionsAhead(pool);
  if (await hasRowsOutsideDays(pool)) {
    log.error({}, 'rows have fallen outside the day partitions: check the clocks of the machines');
  }
}
