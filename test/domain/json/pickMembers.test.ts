import { describe, expect, it } from 'vitest';
import { joinMembers } from '../../../src/domain/json/joinMembers.js';
import { pickMembers } from '../../../src/domain/json/pickMembers.js';

describe('picking members', () => {
  it('gives each as the text that it came as, whatever stands beside it', () => {
    const text = '{ "n" : 1.10 ,"\\u0061":{ "b":12345678901234567890 }, "other":[] }';
    expect(pickMembers(text, 'a', 'n')).toEqual({ a: '{ "b":12345678901234567890 }', n: '1.10' });
  });

  it('throws where one is missing, stands within another, or could be in no object', () => {
    for (const text of ['{}', '{"b":{"a":1}}', '[{"a":1}]', '"a"']) {
      expect(() => pickMembers(text, 'a')).toThrow('no member a');
    }
  });

  it('and joining them makes an object of them, in the order asked for', () => {
    const { n, a } = pickMembers('{"a":1.0,"n":"\\u00e9"}', 'n', 'a');
    expect(joinMembers({ n, 'the "a"': a })).toBe('{"n":"\\u00e9","the \\"a\\"":1.0}');
    expect(joinMembers({})).toBe('{}');
  });
});
