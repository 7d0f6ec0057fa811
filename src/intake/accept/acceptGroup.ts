import { idempotencyHours } from '../../domain/limits.js';
import { Problem } from '../../domain/problem.js';
import { insertAcceptedEvents, type AcceptedEvent } from '../../store/acceptEvents.js';
import { inTransaction, type Queryable } from '../../store/pool.js';
import type { TenantToAccept } from '../../store/readForAccept.js';
import type { AcceptResult } from '../intake.js';
import { answeredBefore } from './answeredBefore.js';
import { decideEvent } from './decideEvent.js';
import { readSituation } from './situation.js';
import type { AcceptDeps, Submission } from './submission.js';
import { startingReserved, withOutbox } from './withOutbox.js';

/**
 * Accepts a group in one transaction; the results stand at their submissions' places, refusals among them. Workflows
 * are started only after the commit: from memory where there is a place, otherwise by whoever polls.
 */
export async function acceptGroup(
  deps: AcceptDeps,
  group: readonly Submission[],
): Promise<(AcceptResult | Problem)[]> {
  return await startingReserved(deps, async (reserved) => {
    const accept = async (db: Queryable): Promise<(AcceptResult | Problem)[]> => {
      const known = await answeredBefore(db, group);
      const unknown = group.filter((_, index) => known[index] === null);
      const situation = await readSituation(db, deps.schemas, unknown);
      const accepted: AcceptedEvent[] = [];
      const outcomes = group.map((submission, index): AcceptResult | Problem => {
        const before = known[index] ?? null;
        if (before !== null) return before;
        const decided = decideEvent(deps, situation, submission);
        if (decided instanceof Problem) return decided;
        accepted.push(withOutbox(deps, decided.event, reserved));
        return { status: 202, body: decided.answer, replayed: false };
      });
      const newTenants = unknownTenantsOf(accepted, situation.tenants);
      if (accepted.length > 0)
        await insertAcceptedEvents(db, deps.sealer, accepted, { newTenants, idempotencyHours });
      return outcomes;
    };
    return group.some(needsTransaction)
      ? await inTransaction(deps.pool, accept)
      : await accept(deps.pool);
  });
}

/** An idempotency key is locked first, and a one-off endpoint written; otherwise the one write is a transaction itself. */
function needsTransaction({ idempotency, event }: Submission): boolean {
  return idempotency !== null || event.endpoint !== undefined;
}

/** Those that an accepted event creates; a refused one creates none. */
function unknownTenantsOf(
  accepted: readonly AcceptedEvent[],
  tenants: readonly TenantToAccept[],
): TenantToAccept[] {
  return tenants.filter(
    ({ environment, tenant, known }) =>
      !known &&
      accepted.some((event) => event.environment === environment && event.tenant === tenant),
  );
}
