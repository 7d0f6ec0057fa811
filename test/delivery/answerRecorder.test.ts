import { describe, expect, it } from 'vitest';
import { AnswerRecorder } from '../../src/delivery/answerRecorder.js';
import type { AttemptRecord } from '../../src/store/recordAttempts.js';

function recordOf(deliveryId: string, number = 1): AttemptRecord {
  return {
    id: `${deliveryId}-${number}`,
    deliveryId,
    round: 1,
    number,
    priorState: 'pending',
    outcome: 'success',
    status: 200,
    failure: null,
    lastAnswer: '200',
    startedAt: new Date(),
    durationMs: 1,
    responseHeaders: {},
    responseBody: '',
    responseTruncated: false,
    state: 'delivered',
    reason: null,
    waitMs: null,
    disablesEndpoint: false,
    endpointUpdatedAt: '2026-11-20T00:00:00Z',
    runId: 'run',
  };
}

const idsOf = (records: AttemptRecord[]) => records.map(({ id }) => id);
const dataError = () => Object.assign(new Error('bad text'), { code: '22021' });

describe('AnswerRecorder', () => {
  it('writes what comes together in one statement, and says of each whether it counted', async () => {
    const written: string[][] = [];
    const recorder = new AnswerRecorder((records) => {
      written.push(idsOf(records));
      return Promise.resolve(new Set(['a', 'c']));
    });
    const counted = await Promise.all(['a', 'b', 'c'].map((id) => recorder.record(recordOf(id))));
    expect(counted).toEqual([true, false, true]);
    expect(written).toEqual([['a-1', 'b-1', 'c-1']]);
  });

  it('never writes two records of one delivery in a statement', async () => {
    const written: string[][] = [];
    const recorder = new AnswerRecorder((records) => {
      written.push(idsOf(records));
      return Promise.resolve(new Set(records.map(({ deliveryId }) => deliveryId)));
    });
    const all = [recordOf('a', 1), recordOf('a', 2), recordOf('b'), recordOf('a', 3)];
    expect(await Promise.all(all.map((one) => recorder.record(one)))).toEqual(Array(4).fill(true));
    expect(written).toEqual([['a-1', 'b-1'], ['a-2'], ['a-3']]);
  });

  it('writes at most 500 in a statement', async () => {
    const sizes: number[] = [];
    const recorder = new AnswerRecorder((records) => {
      sizes.push(records.length);
      return Promise.resolve(new Set());
    });
    await Promise.all(Array.from({ length: 1_100 }, (_, n) => recorder.record(recordOf(`d${n}`))));
    expect(sizes).toEqual([500, 500, 100]);
  });

  it('keeps answers while Postgres is away, and writes them when it is back', async () => {
    let calls = 0;
    const recorder = new AnswerRecorder(() => {
      calls += 1;
      return calls < 3 ? Promise.reject(new Error('away')) : Promise.resolve(new Set(['a']));
    });
    expect(await recorder.record(recordOf('a'))).toBe(true);
    expect(calls).toBe(3);
  });

  it('fails the record alone that Postgres cannot take', async () => {
    const recorder = new AnswerRecorder((records) =>
      records.some(({ deliveryId }) => deliveryId === 'bad')
        ? Promise.reject(dataError())
        : Promise.resolve(new Set(records.map(({ deliveryId }) => deliveryId))),
    );
    const results = await Promise.allSettled(
      ['a', 'bad', 'b'].map((id) => recorder.record(recordOf(id))),
    );
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });

  it('is not held up by a statement that hangs', async () => {
    let release = (): void => undefined;
    const recorder = new AnswerRecorder((records) => {
      const counted = new Set(records.map(({ deliveryId }) => deliveryId));
      if (!counted.has('slow')) return Promise.resolve(counted);
      return new Promise((resolve) => (release = () => resolve(counted)));
    });
    const slow = recorder.record(recordOf('slow'));
    await new Promise((resolve) => setTimeout(resolve, 40));
    expect(await recorder.record(recordOf('fast'))).toBe(true);
    release();
    expect(await slow).toBe(true);
  });
});
