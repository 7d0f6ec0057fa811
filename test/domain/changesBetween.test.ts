import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  changesBetween,
  masked,
  withoutQuery,
  withoutValues,
} from '../../src/domain/changesBetween.js';
import { isStorable } from '../../src/domain/isStorable.js';

const record = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd'), fc.jsonValue());

/** Members in another order, at every depth. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([name, member]) => [name, reversed(member)] as const);
  return Object.fromEntries(entries.toReversed());
}

describe('changesBetween', () => {
  it('finds nothing between a record and the same, whatever the order of its members', () => {
    fc.assert(
      fc.property(record, (one) => {
        expect(changesBetween<object>(one, reversed(one) as object)).toEqual({});
      }),
    );
  });

  it('makes of the one record the other', () => {
    fc.assert(
      fc.property(record, record, (before, after) => {
        const changes = changesBetween<Record<string, unknown>>(before, after);
        const made: Record<string, unknown> = { ...before };
        for (const [name, { from, to }] of Object.entries(changes)) {
          expect(from).toEqual(before[name] ?? null);
          made[name] = to;
        }
        for (const name of Object.keys({ ...before, ...after })) {
          expect(made[name] ?? null).toEqual(after[name] ?? null);
        }
      }),
    );
  });

  it('tells the same backwards, and of a new record all that it has', () => {
    fc.assert(
      fc.property(record, record, (before, after) => {
        const there = changesBetween<object>(before, after);
        const back = Object.entries(changesBetween<object>(after, before));
        const turned = back.map(([name, { from, to }]) => [name, { from: to, to: from }] as const);
        expect(Object.fromEntries(turned)).toEqual(there);
        const given = Object.keys(after).filter((name) => after[name] !== null);
        expect(Object.keys(changesBetween<object>(null, after)).toSorted()).toEqual(
          given.toSorted(),
        );
      }),
    );
  });

  it('tells that what is masked has changed, and nothing of it', () => {
    const secret = fc.stringMatching(/^[a-z]{12}$/).map((text) => `s3cret${text}`);
    fc.assert(
      fc.property(secret, secret, fc.boolean(), (one, other, isNew) => {
        fc.pre(one !== other);
        const of = (text: string): { url: string; headers: Record<string, string> } => ({
          url: `https://a.example.com/hook?key=${text}`,
          headers: { 'x-key': text },
        });
        const masks = { url: withoutQuery, headers: withoutValues };
        const changes = changesBetween(isNew ? null : of(one), of(other), masks);
        expect(Object.keys(changes).toSorted()).toEqual(['headers', 'url']);
        expect(changes['url']?.to).toBe(`https://a.example.com/hook?${masked}`);
        expect(changes['headers']?.to).toEqual({ 'x-key': masked });
        expect(JSON.stringify(changes)).not.toContain('s3cret');
      }),
    );
  });

  it('cuts what is long, between characters', () => {
    const text = fc.string({ unit: 'grapheme', minLength: 1_900, maxLength: 2_500 });
    fc.assert(
      fc.property(text, (long) => {
        fc.pre(isStorable(long));
        const { to } = changesBetween({ long: null as string | null }, { long })['long'] ?? {};
        expect(isStorable(String(to))).toBe(true);
        expect(String(to).length).toBeLessThanOrEqual(2_001);
        expect(long.startsWith(String(to).replace(/…$/, ''))).toBe(true);
      }),
      { numRuns: 30 },
    );
    const ids = Array.from({ length: 1_000 }, (_, index) => `id-${index}`);
    const { to } = changesBetween<{ ids: string[] }>(null, { ids })['ids'] ?? {};
    expect(to).toMatch(/^\["id-0","id-1",.*…$/);
  });
});
