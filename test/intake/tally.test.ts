import { describe, expect, it } from 'vitest';
import { Tally } from '../../src/intake/tally.js';

describe('a Tally', () => {
  it('counts by key and altogether', () => {
    const tally = new Tally();
    for (const key of ['a', 'b', 'a']) tally.add(key);
    tally.remove('b');
    expect([tally.total, tally.of('a'), tally.of('b'), tally.of('c')]).toEqual([2, 2, 0, 0]);
  });

  it('takes away nothing that it has not counted', () => {
    expect(() => new Tally().remove('a')).toThrow('Nothing of a is counted.');
  });
});
