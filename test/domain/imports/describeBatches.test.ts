import { describe, expect, it } from 'vitest';
import {
  batchActivityOf,
  describeBatches,
  type DescribedBatches,
} from '../../../src/domain/imports/describeBatches.js';

const nowMs = Date.parse('2026-01-02T14:00:00Z');
const run: DescribedBatches = {
  ...{ state: 'pending', reason: null, paused: false, batches: 200 },
  ...{ acknowledged: 36, acknowledgedRows: 180_000, attemptCount: 0, attemptsAllowed: 10 },
  ...{ lastAnswer: null, nextAttemptAtMs: null },
};
const queued = { state: 'queued', reason: 'the endpoint is disabled' } as const;
const retrying: Partial<DescribedBatches> = {
  ...{ state: 'retrying', attemptCount: 1, lastAnswer: '503' },
  nextAttemptAtMs: nowMs + 310_000,
};

describe('a delivery in batches', () => {
  it.each<[Partial<DescribedBatches>, string | null, string]>([
    [{}, 'sending', 'batch 37 of 200, 180,000 rows acknowledged, being sent'],
    [{ paused: true }, 'paused', 'batch 37 of 200, 180,000 rows acknowledged, paused'],
    [
      retrying,
      'retrying',
      'batch 37 of 200, 180,000 rows acknowledged, attempt 2 of 10 at 14:05:10 UTC, last answer 503',
    ],
    [
      queued,
      'queued',
      'batch 37 of 200, 180,000 rows acknowledged, waits for its endpoint (the endpoint is disabled)',
    ],
    [{ ...queued, paused: true }, 'paused', 'batch 37 of 200, 180,000 rows acknowledged, paused'],
    [
      { state: 'cancelled', reason: 'cancelled by its owner' },
      null,
      'cancelled with 36 of 200 batches, 180,000 rows acknowledged: cancelled by its owner',
    ],
  ])('%j is %s: %s', (change, activity, text) => {
    expect(batchActivityOf({ ...run, ...change })).toBe(activity);
    expect(describeBatches({ ...run, ...change }, nowMs)).toBe(text);
  });
});
