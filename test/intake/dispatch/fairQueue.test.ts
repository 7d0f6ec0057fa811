import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FairQueue } from '../../../src/intake/dispatch/fairQueue.js';

const none = { total: 0, ofKey: 0 };
const keys = fc.constantFrom('a', 'b', 'c', 'd');

describe('FairQueue', () => {
  it('gives back everything once, in order within a key', () => {
    fc.assert(
      fc.property(fc.array(fc.option(keys), { maxLength: 80 }), (steps) => {
        const queue = new FairQueue<{ key: string; n: number }>({
          total: 1_000,
          perKey: 1_000,
          assuredPerKey: 1,
        });
        const pushed: { key: string; n: number }[] = [];
        const taken: { key: string; n: number }[] = [];
        const take = () => {
          const item = queue.shift();
          if (item !== undefined) taken.push(item);
          return item;
        };
        steps.forEach((key, n) => {
          if (key === null) take();
          else {
            pushed.push({ key, n });
            queue.push(key, { key, n });
          }
          expect(queue.size).toBe(pushed.length - taken.length);
        });
        while (take() !== undefined);
        for (const key of ['a', 'b', 'c', 'd']) {
          const of = (items: typeof pushed) => items.filter((item) => item.key === key);
          expect(of(taken)).toEqual(of(pushed));
        }
        expect(taken).toHaveLength(pushed.length);
      }),
    );
  });

  it('lets no key wait longer than one item of each other key', () => {
    fc.assert(
      fc.property(fc.array(keys, { minLength: 1, maxLength: 80 }), (pushed) => {
        const queue = new FairQueue<string>({ total: 1_000, perKey: 1_000, assuredPerKey: 1 });
        for (const key of pushed) queue.push(key, key);
        const waiting = new Map<string, number>();
        const left = new Map<string, number>();
        for (const key of pushed) left.set(key, (left.get(key) ?? 0) + 1);
        for (let key = queue.shift(); key !== undefined; key = queue.shift()) {
          left.set(key, (left.get(key) ?? 0) - 1);
          waiting.set(key, 0);
          for (const [other, count] of left) {
            if (other === key || count === 0) continue;
            waiting.set(other, (waiting.get(other) ?? 0) + 1);
            expect(waiting.get(other)).toBeLessThan(new Set(pushed).size);
          }
        }
      }),
    );
  });

  it('passes over keys that may not be taken from, which keep their turns', () => {
    const queue = new FairQueue<string>({ total: 10, perKey: 2, assuredPerKey: 1 });
    for (const item of ['a1', 'a2', 'b1', 'c1']) queue.push(item.slice(0, 1), item);
    expect(queue.room(0)).toEqual({ places: 6, except: ['a'] });
    const notA = (key: string) => key !== 'a';
    expect([queue.shift(notA), queue.shift(), queue.shift(notA)]).toEqual(['b1', 'a1', 'c1']);
    expect(queue.shift(notA)).toBeUndefined();
    expect(queue.size).toBe(1);
    expect(queue.room(0)).toEqual({ places: 9, except: [] });
  });

  it('forgets what is over, of every key', () => {
    const queue = new FairQueue<number>({ total: 10, perKey: 10, assuredPerKey: 1 });
    for (const [key, item] of Object.entries({ a: [1, 3], b: [1, 2] })) {
      for (const n of item) queue.push(key, n);
    }
    queue.forget((n) => n < 3);
    expect(queue.size).toBe(1);
    expect([queue.shift(), queue.shift()]).toEqual([3, undefined]);
  });

  it('has room up to its bounds, what is reserved included', () => {
    const queue = new FairQueue<number>({ total: 4, perKey: 2, assuredPerKey: 1 });
    expect(queue.hasRoom('a', none)).toBe(true);
    expect(queue.hasRoom('a', { total: 2, ofKey: 2 })).toBe(false);
    queue.push('a', 1);
    expect(queue.hasRoom('a', { total: 1, ofKey: 1 })).toBe(false);
    queue.push('a', 2);
    expect(queue.hasRoom('a', none)).toBe(false);
    expect(queue.hasRoom('b', none)).toBe(true);
    // Filled: one of each key still gets in, up to twice the total.
    expect(queue.hasRoom('b', { total: 2, ofKey: 0 })).toBe(true);
    expect(queue.hasRoom('b', { total: 2, ofKey: 1 })).toBe(false);
    expect(queue.hasRoom('b', { total: 6, ofKey: 0 })).toBe(false);
    queue.shift();
    expect(queue.hasRoom('a', none)).toBe(true);
  });
});
