import { describe, expect, it } from 'vitest';
import { timingOf } from '../../src/domain/timing.js';

const timed = { isHeld: false, waitMs: 1_000, expiresInMs: null };

describe('timingOf', () => {
  it.each([
    [{}, null],
    [{ isHeld: true }, 'held'],
    [{ expiresInMs: 1_001 }, null],
    [{ expiresInMs: 1_000 }, 'expiring'],
    [{ expiresInMs: 0 }, 'expired'],
    [{ expiresInMs: -1, isHeld: true }, 'expired'],
    [{ expiresInMs: 5, waitMs: 0 }, null],
  ])('%j: %s', (part, timing) => {
    expect(timingOf({ ...timed, ...part })).toBe(timing);
  });
});
