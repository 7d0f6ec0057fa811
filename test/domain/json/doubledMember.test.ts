import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { doubledMember } from '../../../src/domain/json/doubledMember.js';

describe('a doubled member', () => {
  it.each([
    ['{"a":1,"a":2}', 'a'],
    ['{"b":[{"a":{},"c":1,"a":2}]}', 'a'],
    ['{"a":1,"\\u0061":2}', 'a'],
    ['{"":1,"":2}', ''],
    ['{"a":{"x":1},"b":{"x":2}}', null],
    ['["a","a",{"a":"a"}]', null],
    ['{"a":"b","b":"a"}', null],
    ['"a"', null],
  ])('of %s is %j', (text, name) => {
    expect(doubledMember(text)).toBe(name);
  });

  it('is never found where there is none', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(doubledMember(JSON.stringify(value))).toBeNull();
      }),
    );
  });
});
