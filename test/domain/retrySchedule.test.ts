import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  defaultRetryScheduleSeconds,
  maxRetries,
  maxRetryWaitSeconds,
} from '../../src/domain/limits.js';
import { attemptsAllowed, nextWaitMs } from '../../src/domain/retrySchedule.js';

const plain = { random: 0, retryAfterMs: null };
const maxWaitMs = maxRetryWaitSeconds * 1_000;

describe('the retry schedule', () => {
  it('allows ten attempts by default, after the waits that Standard Webhooks recommends', () => {
    expect(attemptsAllowed(defaultRetryScheduleSeconds)).toBe(10);
    const waits = Array.from({ length: 10 }, (_, index) =>
      nextWaitMs({
        scheduleSeconds: defaultRetryScheduleSeconds,
        attemptCount: index + 1,
        ...plain,
      }),
    );
    expect(waits).toEqual([...defaultRetryScheduleSeconds.map((seconds) => seconds * 1_000), null]);
  });

  it.each([
    [{ scheduleSeconds: [] }, null],
    [{ scheduleSeconds: [0.25] }, 250],
    [{ scheduleSeconds: [0.0001] }, 1],
    [{ scheduleSeconds: [0], random: 1 }, 0],
    [{ scheduleSeconds: [10], random: 0.5 }, 10_500],
    [{ scheduleSeconds: [86_400], random: 1 }, 90_000_000],
    [{ scheduleSeconds: [5], retryAfterMs: 60_000 }, 60_000],
    [{ scheduleSeconds: [5], retryAfterMs: 60_000, random: 1 }, 66_000],
    [{ scheduleSeconds: [5], retryAfterMs: 1_000 }, 5_000],
    [{ scheduleSeconds: [5], retryAfterMs: maxWaitMs * 2 }, maxWaitMs],
    [{ scheduleSeconds: [], retryAfterMs: 1_000 }, null],
  ])('%j: %j', (part, waitMs) => {
    expect(nextWaitMs({ attemptCount: 1, ...plain, ...part })).toBe(waitMs);
  });

  it('never comes back early, nor much later, and ends after the last attempt', () => {
    const input = fc.record({
      scheduleSeconds: fc.array(fc.double({ min: 0, max: maxRetryWaitSeconds, noNaN: true }), {
        maxLength: maxRetries,
      }),
      attemptCount: fc.integer({ min: 1, max: maxRetries + 2 }),
      random: fc.double({ min: 0, max: 1, noNaN: true }),
      retryAfterMs: fc.option(fc.nat(maxWaitMs)),
    });
    fc.assert(
      fc.property(input, (given) => {
        const waitMs = nextWaitMs(given);
        expect(waitMs === null).toBe(given.attemptCount >= attemptsAllowed(given.scheduleSeconds));
        if (waitMs === null) return;
        const entryMs = (given.scheduleSeconds[given.attemptCount - 1] ?? Number.NaN) * 1_000;
        const leastMs = Math.max(entryMs, given.retryAfterMs ?? 0);
        expect(Number.isInteger(waitMs)).toBe(true);
        expect(waitMs).toBeGreaterThanOrEqual(leastMs);
        expect(waitMs).toBeLessThanOrEqual(leastMs * 1.1 + 1.1);
        expect(waitMs).toBeLessThanOrEqual(maxWaitMs + 3_600_000);
      }),
      { numRuns: 1_000 },
    );
  });

  it('spreads what failed together', () => {
    const waits = Array.from({ length: 100 }, (_, index) =>
      nextWaitMs({ ...plain, scheduleSeconds: [60], attemptCount: 1, random: index / 100 }),
    );
    expect(new Set(waits).size).toBe(100);
  });
});
