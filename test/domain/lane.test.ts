import { describe, expect, it } from 'vitest';
import { laneOf } from '../../src/domain/lane.js';
import { defaultTimeoutMs, localRetries } from '../../src/domain/limits.js';

const quick = { number: 1, timeoutMs: defaultTimeoutMs, crowded: false };

describe('laneOf', () => {
  it('keeps the first attempts of a quick endpoint local', () => {
    const numbers = Array.from({ length: 10 }, (_, index) => index + 1);
    const local = numbers.filter((number) => laneOf({ ...quick, number }) === 'local');
    expect(local).toEqual(numbers.slice(0, 1 + localRetries));
  });

  it('sends away what may take long', () => {
    expect(laneOf({ ...quick, crowded: true })).toBe('attempts');
    expect(laneOf({ ...quick, timeoutMs: defaultTimeoutMs + 1 })).toBe('attempts');
  });
});
