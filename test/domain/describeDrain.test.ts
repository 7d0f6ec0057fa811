import { describe, expect, it } from 'vitest';
import { describeDrain, type DescribedDrain } from '../../src/domain/describeDrain.js';

const nowMs = Date.UTC(2026, 10, 21, 14, 0, 0);
const drain: DescribedDrain = {
  ...{ state: 'down', reason: null, queued: 3_120, attempts: 12, delivered: 0, lastAnswer: '503' },
  nextLookAtMs: Date.UTC(2026, 10, 21, 14, 5, 10),
};

describe('describeDrain', () => {
  it.each<[Partial<DescribedDrain>, string]>([
    [
      {},
      'down, 3,120 queued, next probe at 14:05:10 UTC; 12 attempts, 0 delivered, last answer 503',
    ],
    [
      { state: 'draining', queued: 10_000, lastAnswer: null, attempts: 1_000, delivered: 1_000 },
      'draining, 10,000 or more queued; 1,000 attempts, 1,000 delivered',
    ],
    [
      { state: 'blocked', nextLookAtMs: null },
      'blocked by what failed, 3,120 queued; 12 attempts, 0 delivered, last answer 503',
    ],
    [
      { state: 'waiting', queued: 2 },
      '2 queued, the next is due at 14:05:10 UTC; 12 attempts, 0 delivered, last answer 503',
    ],
    [
      { state: 'done', reason: 'the endpoint is paused', queued: 7, attempts: 0, lastAnswer: null },
      'done: the endpoint is paused, 7 queued; 0 attempts, 0 delivered',
    ],
  ])('tells of %j', (changes, text) => {
    expect(describeDrain({ ...drain, ...changes }, nowMs)).toBe(text);
  });
});
