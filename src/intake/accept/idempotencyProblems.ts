import { Problem } from '../../domain/problem.js';

const keyPointer = '#header/idempotency-key';

/** The same key is being worked on by another request. */
export function inFlight(pointer = keyPointer): Problem {
  return new Problem(
    'request_in_flight',
    'A request with this idempotency key is still being worked on; try again in a moment.',
    [{ pointer, detail: 'Still in flight' }],
  );
}

/** The key was used before with other bytes. */
export function keyReused(pointer = keyPointer): Problem {
  const detail =
    'This idempotency key was used with another body; use a new key for another request';
  return new Problem('idempotency_key_reused', `${detail}.`, [{ pointer, detail }]);
}
