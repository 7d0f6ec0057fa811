import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fillMembers } from '../../../src/domain/json/fillMembers.js';

describe('filling members in', () => {
  it.each([
    ['{}', '{"a":1,"b":[]}'],
    ['{ }', '{ "a":1,"b":[]}'],
    ['{"x":1.10 }', '{"x":1.10 ,"a":1,"b":[]}'],
    ['{"b":null}', '{"b":null,"a":1}'],
    ['{"\\u0061":2,"b":"}"}', '{"\\u0061":2,"b":"}"}'],
  ])('makes of %s %s', (text, filled) => {
    expect(fillMembers(text, { a: '1', b: '[]' })).toBe(filled);
  });

  it('keeps what is there', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
        const filled = fillMembers(JSON.stringify(value), { metadata: '{}' });
        expect(JSON.parse(filled)).toEqual(
          JSON.parse(JSON.stringify({ metadata: {}, ...value })) as unknown,
        );
      }),
    );
  });

  it('is for objects', () => {
    expect(() => fillMembers('[]', {})).toThrow(/no object/);
  });
});
