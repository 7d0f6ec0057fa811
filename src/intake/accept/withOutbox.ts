import type { AcceptedEvent } from '../../store/acceptEvents.js';
import { newUuid } from '../../store/newUuid.js';
import type { OutboxEntry } from '../../store/outbox.js';
import { ownLeaseMs } from '../dispatch/dispatchQueue.js';
import type { AcceptDeps } from './submission.js';

/** Takes a place in this process's queue for an event that starts a workflow; without one, any dispatcher may. */
export function withOutbox(
  { dispatchQueue }: AcceptDeps,
  event: AcceptedEvent,
  reserved: OutboxEntry[],
): AcceptedEvent {
  const pending = event.deliveries.filter(({ state }) => state === 'pending');
  if (pending.length === 0) return event;
  const entry: OutboxEntry = {
    id: newUuid(),
    kind: 'deliverEvent',
    subjectId: event.id,
    event: { id: event.id, type: event.type },
    environment: event.environment,
    tenant: event.tenant,
    endpointIds: event.deliveries.map(({ endpointId }) => endpointId),
    importName: null,
    traceParent: event.traceParent,
  };
  const isReserved = dispatchQueue?.reserve(entry) ?? false;
  if (isReserved) reserved.push(entry);
  return { ...event, outbox: { id: entry.id, availableInMs: isReserved ? ownLeaseMs : 0 } };
}

/**
 * Runs a transaction that reserves starts, and starts them after its commit, never before; where it throws, their places
 * are free again.
 */
export async function startingReserved<T>(
  { dispatchQueue }: Pick<AcceptDeps, 'dispatchQueue'>,
  transact: (reserved: OutboxEntry[]) => Promise<T>,
): Promise<T> {
  const reserved: OutboxEntry[] = [];
  try {
    const result = await transact(reserved);
    for (const entry of reserved) dispatchQueue?.add(entry);
    return result;
  } catch (error) {
    for (const entry of reserved) dispatchQueue?.cancel(entry);
    throw error;
  }
}
