import { describe, expect, it } from 'vitest';
import { type DescribedRecovery, describeRecovery } from '../../src/domain/describeRecovery.js';

const recovery: DescribedRecovery = {
  state: 'running',
  ...{ resent: 1_200, skipped: 3, total: 5_000, ratePerSecond: 1_000 },
  recoveredUntilMs: Date.UTC(2026, 10, 17, 14, 5, 10),
};

describe('describeRecovery', () => {
  it('says how far one is that runs, and how fast', () => {
    expect(describeRecovery(recovery)).toBe(
      'running: 1,200 of 5,000 resent, 3 skipped, up to what was accepted on 2026-11-17 at 14:05:10 UTC, 1,000 a second',
    );
  });

  it('says what one came to that has ended', () => {
    expect(describeRecovery({ ...recovery, state: 'cancelled', total: null })).toBe(
      'cancelled: 1,200 resent, 3 skipped, up to what was accepted on 2026-11-17 at 14:05:10 UTC',
    );
    const none = { ...recovery, resent: 0, skipped: 0, total: 0, recoveredUntilMs: null };
    expect(describeRecovery({ ...none, state: 'completed' })).toBe(
      'completed: 0 of 0 resent, 0 skipped',
    );
  });
});
