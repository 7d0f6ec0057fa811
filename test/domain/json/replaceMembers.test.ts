import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { memberTexts } from '../../../src/domain/json/memberTexts.js';
import { replaceMembers } from '../../../src/domain/json/replaceMembers.js';

const objects = fc.dictionary(fc.constantFrom('a', 'b', 'c', '__proto__', 'é"'), fc.jsonValue());

describe('members of a JSON text', () => {
  it.each([
    ['{"a":1.10, "b" : [1]}', { b: 'null' }, '{"a":1.10, "b" : null}'],
    ['{"b":1,"a":{"b":2}}', { b: '3', a: '[]' }, '{"b":3,"a":[]}'],
    ['{"\\u0062":1}', { b: '2' }, '{"\\u0062":2}'],
    ['{"a":1}', { b: '2', toString: '3' }, '{"a":1}'],
    ['{}', { b: '2' }, '{}'],
  ])('of %s with %j are %s', (text, wanted, replaced) => {
    expect(replaceMembers(text, wanted)).toBe(replaced);
  });

  it('replaced are what was wanted, and the others what they were', () => {
    fc.assert(
      fc.property(objects, objects, fc.constantFrom(0, 2), (object, wanted, indent) => {
        const given = memberTexts(JSON.stringify(object, null, indent));
        const texts = Object.entries(wanted).map(([name, value]) => [name, JSON.stringify(value)]);
        const wantedTexts = Object.fromEntries(texts) as Record<string, string>;
        const replaced = memberTexts(
          replaceMembers(JSON.stringify(object, null, indent), wantedTexts),
        );
        expect([...(replaced?.keys() ?? [])]).toEqual(Object.keys(object));
        for (const name of Object.keys(object)) {
          const expected = Object.hasOwn(wanted, name) ? wantedTexts[name] : given?.get(name);
          expect(replaced?.get(name)).toBe(expected);
        }
      }),
    );
  });

  it('are of objects alone', () => {
    expect(memberTexts('[1]')).toBeNull();
    expect(() => replaceMembers('1', {})).toThrow('no object');
  });
});
