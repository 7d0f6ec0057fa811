import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Pace, rampRate } from '../../src/domain/pace.js';

describe('the pace of an endpoint', () => {
  it('gives no second more than its rate and a burst, and in the long run no less', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.5, max: 500, noNaN: true }),
        fc.array(fc.double({ min: 0.1, max: 400, noNaN: true }), { minLength: 50, maxLength: 200 }),
        (rate, stepsMs) => {
          const pace = new Pace(() => rate, 0);
          const sentAt: number[] = [];
          let nowMs = 0;
          for (const stepMs of stepsMs) {
            nowMs += stepMs;
            const count = pace.available(nowMs);
            pace.take(count, nowMs);
            for (let sent = 0; sent < count; sent += 1) sentAt.push(nowMs);
          }
          const burst = Math.max(1, rate * 0.1);
          for (const from of sentAt) {
            const inSecond = sentAt.filter((at) => at >= from && at < from + 1_000).length;
            expect(inSecond).toBeLessThanOrEqual(Math.ceil(rate + burst + 1));
          }
        },
      ),
      { numRuns: 50 },
    );
  });

  it('lets one go at once, and the next after as long as the rate asks', () => {
    const pace = new Pace(() => 4, 0);
    expect(pace.available(0)).toBe(1);
    expect(pace.take(1, 0)).toBe(250);
    expect([pace.available(249), pace.waitMs(249)]).toEqual([0, 1]);
    expect(pace.available(250)).toBe(1);
  });

  it('begins where the one before ended', () => {
    const pace = new Pace(() => 1, 5_000);
    expect([pace.available(4_999), pace.waitMs(4_000), pace.available(5_000)]).toEqual([
      ...[0, 1_000, 1],
    ]);
  });

  it('bounds nothing without a rate', () => {
    const pace = new Pace(() => null, 0);
    expect([pace.available(1), pace.take(1_000, 1), pace.waitMs(1)]).toEqual([
      ...[Number.POSITIVE_INFINITY, 0, 0],
    ]);
  });
});

describe('the ramp', () => {
  it('doubles every 2 s from 5 a second, and ends', () => {
    expect([0, 2_000, 4_000, 10_000].map(rampRate)).toEqual([5, 10, 20, 160]);
    expect([rampRate(20_000), rampRate(null)]).toEqual([null, null]);
  });
});
