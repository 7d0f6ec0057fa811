import { Problem } from '../../domain/problem.js';
import type { EventEnvelope } from './eventEnvelope.js';

const dayMs = 86_400_000;

/** Why an event can't be held back or expire as it says; null: it can. */
export function datesProblem(
  { deliverAt, expiresAt }: Pick<EventEnvelope, 'deliverAt' | 'expiresAt'>,
  { acceptedAt, maxHoldDays }: { acceptedAt: Date; maxHoldDays: number },
): Problem | null {
  const nowMs = acceptedAt.getTime();
  const deliverAtMs = deliverAt === undefined ? nowMs : Date.parse(deliverAt);
  if (deliverAtMs > nowMs + maxHoldDays * dayMs) {
    return invalid('/deliverAt', `An event is held back for ${maxHoldDays} days at most`);
  }
  if (expiresAt === undefined) return null;
  const expiresAtMs = Date.parse(expiresAt);
  if (expiresAtMs <= nowMs)
    return invalid('/expiresAt', 'This moment is over: nothing would be sent');
  return expiresAtMs > deliverAtMs
    ? null
    : invalid('/expiresAt', 'An event expires after `deliverAt`');
}

function invalid(pointer: string, detail: string): Problem {
  return new Problem('invalid_request', `${pointer}: ${detail}.`, [{ pointer, detail }]);
}
