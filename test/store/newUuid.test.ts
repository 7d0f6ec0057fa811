import fc from 'fast-check';
import { validate, version } from 'uuid';
import { describe, expect, it } from 'vitest';
import { uuidTimeMs } from '../../src/domain/ids.js';
import { newUuid } from '../../src/store/newUuid.js';

describe('a new UUID', () => {
  it('is one of version 7, of the moment given', () => {
    fc.assert(
      fc.property(fc.nat({ max: 2 ** 48 - 1 }), (timeMs) => {
        const uuid = newUuid(timeMs);
        expect(validate(uuid) && version(uuid) === 7).toBe(true);
        expect(uuidTimeMs(uuid)).toBe(timeMs);
      }),
    );
  });

  it('is of now unless told, and never the same twice', () => {
    const before = Date.now();
    const made = Array.from({ length: 10_000 }, () => newUuid());
    expect(new Set(made).size).toBe(made.length);
    const times = made.map(uuidTimeMs);
    expect(Math.min(...times)).toBeGreaterThanOrEqual(before);
    expect(Math.max(...times)).toBeLessThanOrEqual(Date.now());
  });
});
