import { describe, expect, it } from 'vitest';
import { answerText } from '../../src/domain/answer.js';

describe('answerText', () => {
  it('is the status, or what went wrong before one came', () => {
    expect(answerText({ status: 503, failure: 'status' })).toBe('503');
    expect(answerText({ status: 200, failure: null })).toBe('200');
    expect(answerText({ status: null, failure: 'timed out' })).toBe('timed out');
  });
});
