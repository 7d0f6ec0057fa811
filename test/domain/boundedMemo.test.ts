import { describe, expect, it } from 'vitest';
import { BoundedMemo } from '../../src/domain/boundedMemo.js';

describe('a bounded memo', () => {
  it('computes once, and again what it had to forget', () => {
    const computed: string[] = [];
    const memo = new BoundedMemo<string>(2);
    const ask = (key: string): string =>
      memo.of(key, () => {
        computed.push(key);
        return key.toUpperCase();
      });
    expect(['a', 'b', 'a', 'b'].map(ask)).toEqual(['A', 'B', 'A', 'B']);
    expect(computed).toEqual(['a', 'b']);
    expect(['c', 'b', 'a'].map(ask)).toEqual(['C', 'B', 'A']);
    expect(computed).toEqual(['a', 'b', 'c', 'a']);
  });

  it('forgets what was used least recently', () => {
    const memo = new BoundedMemo<string>(2);
    const computed: string[] = [];
    for (const key of ['a', 'b', 'a', 'c', 'a', 'b']) {
      memo.of(key, () => {
        computed.push(key);
        return key;
      });
    }
    expect(computed).toEqual(['a', 'b', 'c', 'b']);
  });

  it('keeps nothing of what throws', () => {
    const memo = new BoundedMemo<string>(2);
    const fail = (): string => {
      throw new Error('not now');
    };
    expect(() => memo.of('a', fail)).toThrow('not now');
    expect(memo.of('a', () => 'A')).toBe('A');
  });
});
