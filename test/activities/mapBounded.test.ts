import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mapBounded } from '../../activities/mapBounded.js';

describe('mapBounded', () => {
  it('keeps the order and the bound, however long each takes', async () => {
    const waits = fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 20 });
    const property = fc.asyncProperty(waits, fc.integer({ min: 1, max: 5 }), async (all, limit) => {
      let now = 0;
      let most = 0;
      const results = await mapBounded(all, limit, async (waitMs) => {
        now += 1;
        most = Math.max(most, now);
        await sleep(waitMs);
        now -= 1;
        return waitMs * 2;
      });
      expect(results).toEqual(all.map((waitMs) => waitMs * 2));
      expect(most).toBe(Math.min(limit, all.length));
    });
    await fc.assert(property, { numRuns: 50 });
  });

  it('lets the others end before it throws', async () => {
    const ended: number[] = [];
    const work = mapBounded([1, 2, 3, 4], 2, async (item) => {
      await sleep(item);
      if (item === 1) throw new Error('the first');
      ended.push(item);
    });
    await expect(work).rejects.toThrow('the first');
    expect(ended).toEqual([2, 3, 4]);
  });
});
