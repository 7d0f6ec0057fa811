import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Bursts } from '../../../src/intake/dispatch/bursts.js';
import { Tally } from '../../../src/intake/tally.js';

const longerThanABurstLasts = 151;

describe('Bursts', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  const submitting = (counts: Record<string, number>): Tally => {
    const submissions = new Tally();
    for (const [tenant, count] of Object.entries(counts)) {
      for (let index = 0; index < count; index += 1) submissions.add(tenant);
    }
    return submissions;
  };

  it('are of those who submit much, while all together submit much', () => {
    const bursts = new Bursts(submitting({ much: 14, little: 3 }));
    expect(bursts.isBusy()).toBe(true);
    expect(bursts.isIn('much')).toBe(true);
    expect(bursts.isIn('little')).toBe(false);
    expect(bursts.isIn('nothing')).toBe(false);
  });

  it('are none while the process has little to accept', () => {
    const bursts = new Bursts(submitting({ some: 15 }));
    expect(bursts.isBusy()).toBe(false);
    expect(bursts.isIn('some')).toBe(false);
  });

  it('go on over a gap, and end after it', () => {
    const submissions = submitting({ much: 16 });
    const bursts = new Bursts(submissions);
    expect(bursts.isIn('much')).toBe(true);
    while (submissions.total > 0) submissions.remove('much');
    expect(bursts.isIn('much')).toBe(true);
    vi.advanceTimersByTime(longerThanABurstLasts);
    expect(bursts.isIn('much')).toBe(false);
    expect(bursts.isBusy()).toBe(false);
  });
});
