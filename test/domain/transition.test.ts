import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Answer, AnswerFailure } from '../../src/domain/answer.js';
import { attemptsAllowed } from '../../src/domain/retrySchedule.js';
import { openEndpoint } from '../../src/domain/gate.js';
import { afterAttempt, afterDrained, type AttemptMade } from '../../src/domain/transition.js';

const nowMs = Date.UTC(2026, 0, 1);

function answerOf(status: number | AnswerFailure, headers: Record<string, string> = {}): Answer {
  const success = typeof status === 'number' && status >= 200 && status < 300;
  return {
    outcome: success ? 'success' : 'failure',
    status: typeof status === 'number' ? status : null,
    failure: typeof status === 'number' ? (success ? null : 'status') : status,
    startedAtMs: nowMs,
    durationMs: 12,
    headers,
    body: '',
    bodyTruncated: false,
    operatorDetail: null,
  };
}

function after(answer: Answer, part: Partial<AttemptMade> = {}): ReturnType<typeof afterAttempt> {
  const first = { number: 1, scheduleSeconds: [5, 60], random: 0, nowMs, oneOff: false };
  return afterAttempt({ answer, ...first, ...part });
}

const plain = { waitMs: null, reason: null, disablesEndpoint: false };

describe('afterAttempt', () => {
  it.each([200, 201, 202, 204, 206, 299])('%d delivers', (status) => {
    expect(after(answerOf(status))).toEqual({ ...plain, state: 'delivered' });
    expect(after(answerOf(status), { number: 3 })).toEqual({ ...plain, state: 'delivered' });
  });

  it.each([100, 199, 300, 301, 304, 307, 400, 401, 404, 429, 500, 503, 599])(
    '%d is retried',
    (status) => {
      expect(after(answerOf(status))).toEqual({ ...plain, state: 'retrying', waitMs: 5_000 });
    },
  );

  it.each<AnswerFailure>(['timed out', 'unreachable', 'tls failed', 'connection lost'])(
    '"%s" is retried',
    (failure) => {
      const transition = after(answerOf(failure), { number: 2 });
      expect(transition).toEqual({ ...plain, state: 'retrying', waitMs: 60_000 });
    },
  );

  it('disables the endpoint on 410 and keeps the delivery, even with the last attempt', () => {
    for (const number of [1, 2, 3]) {
      expect(after(answerOf(410), { number })).toEqual({
        state: 'queued',
        waitMs: null,
        reason: 'the endpoint answered 410 Gone and was disabled',
        disablesEndpoint: true,
      });
    }
  });

  it('retries a 410 of a one-off endpoint, which nobody could enable again', () => {
    const oneOff = true;
    expect(after(answerOf(410), { oneOff })).toMatchObject({ state: 'retrying', waitMs: 5_000 });
    const last = after(answerOf(410), { oneOff, number: 3 });
    expect(last).toMatchObject({ state: 'failed', disablesEndpoint: false });
  });

  it.each([
    [answerOf(429, { 'retry-after': '90' }), 90_000],
    [answerOf(503, { 'Retry-After': '90' }), 90_000],
    [answerOf(503, { 'retry-after': 'Thu, 01 Jan 2026 00:02:00 GMT' }), 120_000],
    [answerOf(503, { 'retry-after': '1' }), 5_000],
    [answerOf(503, { 'retry-after': 'later' }), 5_000],
    [answerOf(500, { 'x-retry-after': '90' }), 5_000],
  ])('waits as the receiver asks', (answer, waitMs) => {
    expect(after(answer).waitMs).toBe(waitMs);
  });

  it.each([
    [answerOf(503), [5, 60], 3, 'all 3 attempts failed, the last with 503'],
    [answerOf('timed out'), [5, 60], 3, 'all 3 attempts failed, the last: timed out'],
    [answerOf(503), [], 1, 'the only attempt failed with 503'],
    [answerOf('unreachable'), [], 1, 'the only attempt failed: unreachable'],
  ])('says that the round is used up', (answer, scheduleSeconds, number, reason) => {
    const transition = after(answer, { scheduleSeconds, number });
    expect(transition).toEqual({ ...plain, state: 'failed', reason });
  });

  it('retries exactly while attempts are left, and always says why it stops', () => {
    const answer = fc.oneof(
      fc.integer({ min: 100, max: 599 }).map((status) => answerOf(status)),
      fc.nat(1_000_000).map((seconds) => answerOf(503, { 'retry-after': String(seconds) })),
      fc.constantFrom(answerOf('timed out'), answerOf('invalid response')),
    );
    const made = fc.record({
      answer,
      number: fc.integer({ min: 1, max: 12 }),
      scheduleSeconds: fc.array(fc.nat(100_000), { maxLength: 10 }),
      random: fc.double({ min: 0, max: 1, noNaN: true }),
      nowMs: fc.constant(nowMs),
      oneOff: fc.boolean(),
    });
    fc.assert(
      fc.property(made, (given) => {
        const { state, waitMs, reason, disablesEndpoint } = afterAttempt(given);
        const attemptsLeft = given.number < attemptsAllowed(given.scheduleSeconds);
        expect(state === 'delivered').toBe(given.answer.outcome === 'success');
        expect(disablesEndpoint).toBe(given.answer.status === 410 && !given.oneOff);
        expect(state === 'queued').toBe(disablesEndpoint);
        if (state === 'retrying') expect(attemptsLeft).toBe(true);
        if (state === 'failed') expect(attemptsLeft).toBe(false);
        expect(waitMs !== null).toBe(state === 'retrying');
        expect(reason !== null).toBe(state === 'failed' || state === 'queued');
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('afterDrained', () => {
  const drained = (answer: Answer, endpoint: object, part: Partial<AttemptMade> = {}) =>
    afterDrained(
      { answer, number: 1, scheduleSeconds: [5], random: 0, nowMs, oneOff: false, ...part },
      { ...openEndpoint, ...endpoint },
    );
  const down = { circuitOpen: true };

  it('keeps a probe that failed queued, however many attempts its schedule has', () => {
    for (const number of [1, 2, 300]) {
      expect(drained(answerOf(503), down, { number })).toMatchObject({
        state: 'queued',
        waitMs: 0,
      });
    }
    expect(drained(answerOf(200), down)).toEqual({ ...plain, state: 'delivered' });
    expect(drained(answerOf(410), down)).toMatchObject({ state: 'queued', disablesEndpoint: true });
  });

  it('keeps what the drain alone sends queued until its next attempt, and fails it after the last', () => {
    for (const endpoint of [{ ordered: true }, { paced: true }]) {
      expect(drained(answerOf(503), endpoint)).toMatchObject({ state: 'queued', waitMs: 5_000 });
      expect(drained(answerOf(503), endpoint, { number: 2 })).toMatchObject({ state: 'failed' });
    }
  });

  it('has what waited for its endpoint retried as others are', () => {
    expect(drained(answerOf(503), {})).toMatchObject({ state: 'retrying', waitMs: 5_000 });
  });
});
