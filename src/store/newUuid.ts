import { randomUUID } from 'node:crypto';

/**
 * A UUIDv7 (RFC 9562) of a moment in milliseconds, now unless told: the time, then the random bits of a version 4 one,
 * of which Node makes many at once. (The package `uuid` asks for random bytes each time: 4 µs instead of 1, and 15 in
 * a busy service, 3 % of what a delivery costs.)
 */
export function newUuid(timeMs = Date.now()): string {
  const time = timeMs.toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice('xxxxxxxx-xxxx-4'.length)}`;
}
