import { readOverdueDeliveries, type OverdueDelivery } from '../../store/overdueDeliveries.js';
import { wakeWorkflow } from '../../store/wakes.js';
import type { SweeperDeps } from './sweeperDeps.js';
import { sweepDrains } from './sweepDrains.js';
import { sweepRecoveries } from './sweepRecoveries.js';

const pageSize = 200;
/** In one sweep; the next goes on where this one ended, so that those whose workflows run don't hide the others. */
const maxPages = 10;
const checksAtOnce = 8;

/**
 * Has deliveries, queues and recoveries looked at again that are overdue with no workflow at work on them, whatever became
 * of it.
 */
export class Sweeper {
  #after: OverdueDelivery | null = null;
  #afterDrain: string | null = null;

  constructor(private readonly deps: SweeperDeps) {}

  async sweep(): Promise<void> {
    await this.#sweepDeliveries();
    this.#afterDrain = await sweepDrains(this.deps, this.#afterDrain);
    await sweepRecoveries(this.deps);
  }

  async #sweepDeliveries(): Promise<void> {
    const { pool, overdueMs } = this.deps;
    for (let page = 0; page < maxPages; page += 1) {
      const overdue = await readOverdueDeliveries(pool, {
        overdueMs,
        after: this.#after,
        limit: pageSize,
      });
      for (let start = 0; start < overdue.length; start += checksAtOnce) {
        await Promise.all(
          overdue.slice(start, start + checksAtOnce).map((one) => this.#check(one)),
        );
      }
      this.#after = overdue.length < pageSize ? null : (overdue.at(-1) ?? null);
      if (this.#after === null) return;
    }
  }

  async #check({ id, eventId, inBatches, dueAt }: OverdueDelivery): Promise<void> {
    const { pool, log, metrics, starter } = this.deps;
    if (await starter.isWorkedOn({ eventId, deliveryId: id, inBatches })) return;
    await wakeWorkflow(pool, id);
    metrics.sweeperFinds.inc({ kind: 'delivery' });
    log.warn({ deliveryId: id, eventId, dueAt }, 'overdue without a workflow: started again');
  }
}
