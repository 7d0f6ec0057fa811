import { describe, expect, it } from 'vitest';
import type { Answer } from '../../../src/domain/answer.js';
import { afterBatch } from '../../../src/domain/imports/batchTransition.js';
import { stopAsked } from '../../../src/domain/imports/stopAsked.js';

function after(answer: Partial<Answer>, number = 2, attempt = 1) {
  const whole: Answer = {
    ...{ outcome: 'success', status: 200, failure: null, startedAtMs: 0, durationMs: 1 },
    ...{ headers: {}, body: '', bodyTruncated: false, operatorDetail: null },
    ...answer,
  };
  const made = { answer: whole, number: attempt, scheduleSeconds: [60], random: 0, nowMs: 0 };
  return afterBatch({ ...made, oneOff: false }, { number, batches: 3 });
}

describe('after an attempt at a batch', () => {
  it('that was acknowledged the next is due at once', () => {
    expect(after({})).toMatchObject({ state: 'pending', acknowledged: true, waitMs: 0 });
  });

  it('that was the last the delivery is delivered, whatever the answer asks', () => {
    const delivered = { state: 'delivered', acknowledged: true, waitMs: null, reason: null };
    expect(after({}, 3)).toMatchObject(delivered);
    expect(after({ body: '{"stop":true}' }, 3)).toMatchObject(delivered);
  });

  it('that asked to stop it is delivered, too, and says where', () => {
    expect(after({ body: '{"stop":true}' })).toMatchObject({
      ...{ state: 'delivered', reason: 'the receiver asked to stop at batch 2 of 3' },
    });
  });

  it('that failed it is retried, then failed', () => {
    const failure = { outcome: 'failure', status: 503, failure: 'status' } as const;
    expect(after(failure)).toMatchObject({
      state: 'retrying',
      acknowledged: false,
      waitMs: 60_000,
    });
    expect(after(failure, 2, 2)).toMatchObject({
      state: 'failed',
      reason: 'batch 2 of 3: all 2 attempts failed, the last with 503',
    });
    expect(after({ ...failure, body: '{"stop":true}' })).toMatchObject({ state: 'retrying' });
  });

  it('that was answered 410 it waits for its endpoint', () => {
    expect(after({ outcome: 'failure', status: 410, failure: 'status' })).toMatchObject({
      ...{ state: 'queued', acknowledged: false, disablesEndpoint: true },
    });
  });
});

describe('stopAsked', () => {
  it.each([
    ['{"stop": true}', true],
    ['{"ok":1,"stop":true}', true],
    ['{"stop": false}', false],
    ['{"stop": "true"}', false],
    ['{"stop": 1}', false],
    ['"stop"', false],
    ['["stop"]', false],
    ['{"stop": true', false],
    ['{"nested":{"stop":true}}', false],
    ['', false],
  ])('of %j: %s', (body, asked) => {
    expect(stopAsked({ body, bodyTruncated: false })).toBe(asked);
    expect(stopAsked({ body, bodyTruncated: true })).toBe(false);
  });
});
