import { maxHoldDays } from '../../domain/limits.js';
import { Problem } from '../../domain/problem.js';
import type { EventEnvelope } from './eventEnvelope.js';

const maxHoldMs = maxHoldDays * 86_400_000;

/** Why an event can't be held back or expire as it says; null: it can. */
export function datesProblem(
  { deliverAt, expiresAt }: Pick<EventEnvelope, 'deliverAt' | 'expiresAt'>,
  acceptedAt: Date,
): Problem | null {
  const nowMs = acceptedAt.getTime();
  const deliverAtMs = deliverAt === undefined ? nowMs : Date.parse(deliverAt);
  if (deliverAtMs > nowMs + maxHoldMs) {
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
