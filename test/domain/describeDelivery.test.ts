import { describe, expect, it } from 'vitest';
import {
  type DescribedDelivery,
  describeDeliveries,
  describeDelivery,
  staticSummary,
  summaryLine,
} from '../../src/domain/describeDelivery.js';
import { deliveryStates } from '../../src/domain/words.js';

const nowMs = Date.UTC(2026, 0, 31, 14, 0, 0);
const retrying: DescribedDelivery = {
  deliveryId: 'dlv_01936f5e-7a3c-7000-8000-000000000001',
  state: 'retrying',
  attemptCount: 2,
  attemptsAllowed: 10,
  lastAnswer: '503',
  nextAttemptAtMs: Date.UTC(2026, 0, 31, 14, 5, 10, 900),
};

describe('describeDelivery', () => {
  it.each<[Partial<DescribedDelivery>, string]>([
    [{}, 'attempt 3 of 10 at 14:05:10 UTC, last answer 503'],
    [
      { nextAttemptAtMs: Date.UTC(2026, 1, 1, 0, 0, 5), lastAnswer: 'timed out' },
      'attempt 3 of 10 on 2026-02-01 at 00:00:05 UTC, last answer timed out',
    ],
    [{ nextAttemptAtMs: nowMs }, 'attempt 3 of 10 now, last answer 503'],
    [
      { state: 'pending', attemptCount: 0, lastAnswer: null, nextAttemptAtMs: null },
      'attempt 1 of 10 now',
    ],
    [
      { state: 'pending', attemptCount: 0, lastAnswer: null, timing: 'held' },
      'held back, attempt 1 of 10 at 14:05:10 UTC',
    ],
    [{ timing: 'expiring' }, 'expires at 14:05:10 UTC, before attempt 3 of 10, last answer 503'],
    [{ state: 'failed', timing: 'expired' }, 'expired, last answer 503'],
    [{ state: 'delivered', timing: 'expired', lastAnswer: '200' }, 'delivered, last answer 200'],
    [{ state: 'queued' }, 'waits for its endpoint, last answer 503'],
    [{ state: 'delivered', lastAnswer: '200' }, 'delivered, last answer 200'],
    [{ state: 'cancelled', lastAnswer: null }, 'cancelled'],
  ])('%j: %s', (part, text) => {
    expect(describeDelivery({ ...retrying, ...part }, nowMs)).toBe(text);
  });
});

describe('summaryLine', () => {
  it('counts each state there is', () => {
    const states = ['failed', 'delivered', 'retrying', 'delivered'] as const;
    expect(summaryLine(states.map((state) => ({ state })))).toBe(
      '2 delivered, 1 retrying, 1 failed',
    );
    expect(summaryLine([])).toBe('no deliveries');
  });

  it('leaves no state out', () => {
    const line = summaryLine(deliveryStates.map((state) => ({ state })));
    for (const state of deliveryStates) expect(line).toContain(`1 ${state}`);
  });
});

describe('describeDeliveries', () => {
  it('lists the open ones, the next one due first and the queued ones last', () => {
    const text = describeDeliveries(
      [
        { ...retrying, deliveryId: 'q', state: 'queued', nextAttemptAtMs: 0 },
        { ...retrying, deliveryId: 'late', nextAttemptAtMs: nowMs + 60_000 },
        { ...retrying, deliveryId: 'done', state: 'delivered' },
        { ...retrying, deliveryId: 'soon', nextAttemptAtMs: nowMs + 1_000 },
      ],
      nowMs,
    );
    expect(text).toBe(
      [
        '1 delivered, 2 retrying, 1 queued',
        '',
        '- `soon`: attempt 3 of 10 at 14:00:01 UTC, last answer 503',
        '- `late`: attempt 3 of 10 at 14:01:00 UTC, last answer 503',
        '- `q`: waits for its endpoint, last answer 503',
      ].join('\n'),
    );
  });

  it('is the summary alone when none is open', () => {
    expect(describeDeliveries([{ ...retrying, state: 'failed' }], nowMs)).toBe('1 failed');
  });

  it('lists twenty and counts the others', () => {
    const hundred = Array.from({ length: 100 }, () => retrying);
    const lines = describeDeliveries(hundred, nowMs).split('\n');
    expect(lines).toHaveLength(23);
    expect(lines[0]).toBe('100 retrying');
    expect(lines.at(-1)).toBe('- and 80 more');
    const atBound = describeDeliveries(hundred.slice(0, 20), nowMs);
    expect(atBound).not.toContain('more');
    expect(
      describeDeliveries(
        Array.from({ length: 500 }, () => retrying),
        nowMs,
      ).length,
    ).toBeLessThan(4_000);
  });
});

describe('staticSummary', () => {
  it('names type and tenant and counts the endpoints', () => {
    expect(staticSummary('flow.end', 'acme', 3)).toBe('flow.end for acme, 3 endpoints');
    expect(staticSummary('flow.end', 'acme', 1)).toBe('flow.end for acme, 1 endpoint');
    expect(staticSummary('a'.repeat(128), 'b'.repeat(128), 500).length).toBeLessThan(400);
  });
});
