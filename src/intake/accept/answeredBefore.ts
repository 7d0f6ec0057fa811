import { timingSafeEqual } from 'node:crypto';
import type { Problem } from '../../domain/problem.js';
import { claimIdempotencyKeys, type RememberedAnswer } from '../../store/idempotencyKeys.js';
import type { Queryable } from '../../store/pool.js';
import type { AcceptResult } from '../intake.js';
import { inFlight, keyReused } from './idempotencyProblems.js';
import type { Submission } from './submission.js';

/** For each submission the answer that it had before, a refusal, or null where it is new. */
export async function answeredBefore(
  db: Queryable,
  group: readonly Submission[],
): Promise<(AcceptResult | Problem | null)[]> {
  const results = group.map((): AcceptResult | Problem | null => null);
  const keyed = group.flatMap(({ request, idempotency }, index) =>
    idempotency === null ? [] : [{ index, ...idempotency, scope: { ...request, ...idempotency } }],
  );
  if (keyed.length === 0) return results;
  const claims = await claimIdempotencyKeys(
    db,
    keyed.map(({ scope }) => scope),
  );
  keyed.forEach(({ index, fingerprint, pointer }, place) => {
    const claim = claims[place] ?? null;
    if (claim === 'busy') results[index] = inFlight(pointer);
    else if (claim !== null) results[index] = replay(claim, fingerprint, pointer);
  });
  return results;
}

function replay(
  remembered: RememberedAnswer,
  fingerprint: Uint8Array,
  pointer: string,
): AcceptResult | Problem {
  if (!timingSafeEqual(remembered.fingerprint, fingerprint)) return keyReused(pointer);
  return { status: 202, body: remembered.response, replayed: true };
}
