import { newUuid } from '../../store/newUuid.js';
import { idempotencyHours } from '../../domain/limits.js';
import { Problem } from '../../domain/problem.js';
import { insertAcceptedEvents, type AcceptedEvent } from '../../store/acceptEvents.js';
import type { OutboxEntry } from '../../store/outbox.js';
import { inTransaction, type Queryable } from '../../store/pool.js';
import type { TenantToAccept } from '../../store/readForAccept.js';
import { ownLeaseMs } from '../dispatch/dispatchQueue.js';
import type { AcceptResult } from '../intake.js';
import { answeredBefore } from './answeredBefore.js';
import { decideEvent } from './decideEvent.js';
import { readSituation } from './situation.js';
import type { AcceptDeps, Submission } from './submission.js';

/**
 * Accepts a group in one transaction; the results stand at their submissions' places, refusals among them. Workflows
 * are started only after the commit: from memory where there is a place, otherwise by whoever polls.
 */
export async function acceptGroup(
  deps: AcceptDeps,
  group: readonly Submission[],
): Promise<(AcceptResult | Problem)[]> {
  const reserved: OutboxEntry[] = [];
  try {
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
    const results = group.some(needsTransaction)
      ? await inTransaction(deps.pool, accept)
      : await accept(deps.pool);
    for (const entry of reserved) deps.dispatchQueue?.add(entry);
    return results;
  } catch (error) {
    for (const entry of reserved) deps.dispatchQueue?.cancel(entry);
    throw error;
  }
}

/** An idempotency key is locked first, and a one-off endpoint written; otherwise the one write is a transaction itself. */
function needsTransaction({ idempotency, event }: Submission): boolean {
  return idempotency !== null || event.endpoint !== undefined;
}

/** Takes a place in this process's queue for an event that starts a workflow; without one, any dispatcher may. */
function withOutbox(
  { dispatchQueue }: AcceptDeps,
  event: AcceptedEvent,
  reserved: OutboxEntry[],
): AcceptedEvent {
  const pending = event.deliveries.filter(({ state }) => state === 'pending');
  if (pending.length === 0) return event;
  const entry: OutboxEntry = {
    id: newUuid(),
    kind: 'deliverEvent',
    eventId: event.id,
    deliveryId: null,
    environment: event.environment,
    tenant: event.tenant,
    eventType: event.type,
    endpointIds: event.deliveries.map(({ endpointId }) => endpointId),
    importName: null,
  };
  const isReserved = dispatchQueue?.reserve(entry) ?? false;
  if (isReserved) reserved.push(entry);
  return { ...event, outbox: { id: entry.id, availableInMs: isReserved ? ownLeaseMs : 0 } };
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
