import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { retryWaitMs, type TryResult } from '../../src/client/retryWaitMs.js';

const nowMs = Date.UTC(2026, 0, 1);
const answered = (status: number, retryAfter: string | null = null): TryResult => ({
  status,
  retryAfter,
  code: null,
});
const unanswered: TryResult = { status: null, retryAfter: null, code: null };
const random = fc.double({ min: 0, max: 1, noNaN: true });

describe('retryWaitMs', () => {
  it.each([200, 202, 204, 301, 400, 401, 404, 409, 422, 500])('ends with %i', (status) => {
    expect(retryWaitMs(answered(status), 1, 0, nowMs)).toBeNull();
  });

  it('goes on where the same request is still being worked on', () => {
    const inFlight = { ...answered(409), code: 'request_in_flight' };
    expect(retryWaitMs(inFlight, 1, 0, nowMs)).toBe(125);
  });

  it.each([unanswered, answered(429), answered(502), answered(503), answered(504)])(
    'doubles its waits up to 5 s after %o',
    (result) => {
      const longest = [1, 2, 3, 4, 5, 6, 7, 30].map((made) => retryWaitMs(result, made, 1, nowMs));
      expect(longest).toEqual([250, 500, 1_000, 2_000, 4_000, 5_000, 5_000, 5_000]);
      const shortest = [1, 2, 3].map((made) => retryWaitMs(result, made, 0, nowMs));
      expect(shortest).toEqual([125, 250, 500]);
    },
  );

  it('waits as long as Retry-After says, and at most 2.5 s longer', () => {
    fc.assert(
      fc.property(
        fc.nat({ max: 60 }),
        fc.integer({ min: 1, max: 50 }),
        random,
        (seconds, made, r) => {
          const waitMs = retryWaitMs(answered(503, String(seconds)), made, r, nowMs) ?? -1;
          expect(waitMs).toBeGreaterThanOrEqual(seconds * 1_000);
          expect(waitMs).toBeLessThanOrEqual(Math.max(seconds * 1_000, 2_500) + 2_500);
        },
      ),
    );
  });

  it('ends where Retry-After asks for more than a minute, and ignores one that makes no sense', () => {
    expect(retryWaitMs(answered(503, '61'), 1, 0, nowMs)).toBeNull();
    expect(retryWaitMs(answered(503, 'soon'), 1, 0, nowMs)).toBe(125);
  });
});
