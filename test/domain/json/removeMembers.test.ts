import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { removeMembers } from '../../../src/domain/json/removeMembers.js';

const names = new Set(['x', 'y"', 'review_url']);

/** JSON objects whose names often are those that are removed, as text with random white space and escaped names. */
const space = fc.constantFrom('', '', ' ', '\n\t ');
const name = fc.constantFrom('a', 'b', 'x', 'y"', 'review_url', '__proto__', '');
const nameText = fc.tuple(name, fc.boolean()).map(([text, isEscaped]) => {
  if (!isEscaped) return JSON.stringify(text);
  const units = text.split('').map((unit) => unit.charCodeAt(0).toString(16).padStart(4, '0'));
  return `"${units.map((hex) => `\\u${hex}`).join('')}"`;
});
const scalar = fc.oneof(
  fc.constantFrom('1.10', '12345678901234567890', 'true', 'null', '"x"', '"}\\",{\\"x\\":1"'),
  fc.string().map((text) => JSON.stringify(text)),
);
const { value } = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    scalar,
    fc
      .array(fc.tuple(space, tie('value'), space).map((parts) => parts.join('')))
      .map((items) => `[${items.join(',')}]`),
    fc
      .array(
        fc
          .tuple(space, nameText, space, tie('value'), space)
          .map(([a, member, b, inner, c]) => `${a}${member}${b}:${inner}${c}`),
      )
      .map((members) => `{${members.join(',')}}`),
  ),
}));

/** What is left when the members are taken out of the parsed value. */
function parsedWithout(text: string): unknown {
  return JSON.parse(text, function (this: unknown, member: string, inner: unknown) {
    return !Array.isArray(this) && names.has(member) ? undefined : inner;
  });
}

describe('members removed by name', () => {
  it.each([
    ['{"x":1}', '{}'],
    ['{ "x" : 1 }', '{  }'],
    ['{"x":1,"a":2}', '{"a":2}'],
    ['{"a":2,"x":1}', '{"a":2}'],
    ['{"a":2, "x":1, "b":3}', '{"a":2, "b":3}'],
    ['{"x":1,"x":2,"a":3,"x":4,"y\\"":5}', '{"a":3}'],
    ['{\n  "a": 1.10,\n  "x": {"x": [1, 2]}\n}', '{\n  "a": 1.10\n}'],
    ['{\n  "x": 1,\n  "a": 1e400\n}', '{\n  "a": 1e400\n}'],
    ['[{"a":[{"x":[{"a":1}]}]},{"review\\u005furl":"https://x","b":1}]', '[{"a":[{}]},{"b":1}]'],
    ['{"a":"{\\"x\\":1}","b":"x"}', '{"a":"{\\"x\\":1}","b":"x"}'],
    ['["x","review_url"]', '["x","review_url"]'],
    ['"x"', '"x"'],
    ['{}', '{}'],
  ])('of %s leave %s', (text, left) => {
    expect(removeMembers(text, names)).toBe(left);
  });

  it('leave what parses to the same without them', () => {
    fc.assert(
      fc.property(value, (text) => {
        expect(JSON.parse(removeMembers(text, names))).toEqual(parsedWithout(text));
      }),
      { numRuns: 3_000 },
    );
  });

  it('leave the rest of the text as it was, in its order', () => {
    fc.assert(
      fc.property(value, (text) => {
        const left = removeMembers(text, names);
        expect(isLeftOf(left, text)).toBe(true);
        expect(removeMembers(left, names)).toBe(left);
        expect(removeMembers(text, new Set(['none of them']))).toBe(text);
      }),
      { numRuns: 3_000 },
    );
  });

  it('are found beside a string of millions of escapes', () => {
    const long = JSON.stringify('\n'.repeat(8_000_000));
    expect(removeMembers(`{"a":${long},"x":1}`, names) === `{"a":${long}}`).toBe(true);
  });

  it('may be nested as deep as JSON may', () => {
    const deep = (inner: string): string => '{"a":'.repeat(511) + inner + '}'.repeat(511);
    expect(removeMembers(deep('{"x":1,"b":2}'), names)).toBe(deep('{"b":2}'));
  });
});

/** Whether a text comes from the other by removal alone. */
function isLeftOf(left: string, text: string): boolean {
  let at = 0;
  for (const char of text) if (left.startsWith(char, at)) at += char.length;
  return at === left.length;
}
