import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DuplicateMemberError } from '../../../src/domain/json/duplicateMemberError.js';
import { JsonSyntaxError } from '../../../src/domain/json/jsonSyntaxError.js';
import { maxJsonDepth, scanJson } from '../../../src/domain/json/scanJson.js';

/** The text of each member's value. */
function slicesOf(text: string): Map<string, string> | null {
  const { members } = scanJson(text);
  if (members === null) return null;
  return new Map([...members].map(([name, { start, end }]) => [name, text.slice(start, end)]));
}

function accepts(text: string): boolean {
  try {
    scanJson(text);
    return true;
  } catch (error) {
    // It is JSON, refused for another reason.
    if (error instanceof DuplicateMemberError) return true;
    if (error instanceof JsonSyntaxError) return false;
    throw error;
  }
}

function jsonParseAccepts(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

function faultOf(text: string): unknown {
  try {
    scanJson(text);
  } catch (error) {
    return error;
  }
  return null;
}

const jsonText = fc
  .tuple(fc.jsonValue({ maxDepth: 5 }), fc.constantFrom(undefined, 1, '\t', ' \r\n'))
  .map(([value, indent]) => JSON.stringify(value, null, indent));

const jsonLetters = fc.constantFrom(
  ...'{}[]:,"\\/ \n\r\t0123456789.-+eEtrufalsnbx'.split(''),
  '\u0000',
  '\u001f',
  '\u00a0',
  '\ufeff',
  '\ud800',
  'é',
  'null',
  '\\u00e9',
);

describe('scanJson', () => {
  it('cuts the members out byte for byte', () => {
    const text =
      ' {"type" : "a.b",\n "data":{ "n": 12345678901234567890.10, "n": 1e2 } ,"x":[ ] } ';
    expect([...(slicesOf(text) ?? [])]).toEqual([
      ['type', '"a.b"'],
      ['data', '{ "n": 12345678901234567890.10, "n": 1e2 }'],
      ['x', '[ ]'],
    ]);
  });

  it('has no members for what is not an object', () => {
    for (const text of ['[{"a":1}]', '"a"', '1', 'true', ' null ', '[]', '-0.0e-0']) {
      expect(scanJson(text).members, text).toBeNull();
    }
    expect(slicesOf('{}')?.size).toBe(0);
  });

  it('takes names that objects have of their own for members like any other', () => {
    const text = '{"__proto__":{"a":1},"constructor":2,"toString":3,"":4}';
    expect(slicesOf(text)?.get('__proto__')).toBe('{"a":1}');
    expect([...(slicesOf(text)?.keys() ?? [])]).toEqual([
      '__proto__',
      'constructor',
      'toString',
      '',
    ]);
  });

  it('unescapes names', () => {
    expect([...(slicesOf(String.raw`{"d\u0061ta":1,"\"\\\n":2}`) ?? [])]).toEqual([
      ['data', '1'],
      ['"\\\n', '2'],
    ]);
  });

  it('refuses a member that stands twice, however it is written, and names the place', () => {
    const error = faultOf('{"data":1,\n  "d\\u0061ta":2}');
    expect(error).toBeInstanceOf(DuplicateMemberError);
    expect(error).toMatchObject({ member: 'data', line: 2, column: 3, offset: 13 });
    expect((error as Error).message).toBe(
      'The member "data" stands twice; keep one of them (line 2, column 3)',
    );
    expect(faultOf('{"__proto__":1,"__proto__":2}')).toBeInstanceOf(DuplicateMemberError);
    expect(faultOf('{"a":1,"b":1,"b":2,"a":2}')).toMatchObject({ member: 'b' });
    expect(faultOf('{"a":1,"a":2')).toBeInstanceOf(JsonSyntaxError);
  });

  it.each([
    ['', 'Expected a value, found the end of the text (line 1, column 1)'],
    ['{"a":1,}', 'Expected a member\'s name in quotes, found "}" (line 1, column 8)'],
    ['{"a" 1}', 'Expected ":", found "1" (line 1, column 6)'],
    ['{"a":1\n,\n"b":tru}', 'Expected a value, found "t" (line 3, column 5)'],
    ['[1 2]', 'Expected "," or "]", found "2" (line 1, column 4)'],
    ['{"a":01}', 'Expected "," or "}", found "1" (line 1, column 7)'],
    ['{} {}', 'Expected the end of the text, found "{" (line 1, column 4)'],
    ['\ufeff{}', 'Expected a value, found U+FEFF (line 1, column 1)'],
    ['["a\nb"]', 'A string has a control character unescaped (line 1, column 4)'],
    [String.raw`["\u00e"]`, 'JSON has no such escape in a string (line 1, column 3)'],
    [String.raw`["\u00eg"]`, 'JSON has no such escape in a string (line 1, column 3)'],
    [String.raw`["\x"]`, 'JSON has no such escape in a string (line 1, column 3)'],
    ['["a', 'A string is not closed (line 1, column 4)'],
    ['["a\\', 'JSON has no such escape in a string (line 1, column 4)'],
  ])('says what is wrong with %j', (text, message) => {
    const error = faultOf(text);
    expect(error).toBeInstanceOf(JsonSyntaxError);
    expect((error as JsonSyntaxError).message).toBe(message);
  });

  it('takes nesting up to its bound and refuses more, however deep', () => {
    const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
    expect(accepts(nested(maxJsonDepth))).toBe(true);
    expect(accepts(`${'{"a":'.repeat(maxJsonDepth - 1)}{}${'}'.repeat(maxJsonDepth - 1)}`)).toBe(
      true,
    );
    for (const text of [nested(maxJsonDepth + 1), '['.repeat(1_000_000)]) {
      expect(faultOf(text)).toMatchObject({
        name: 'JsonSyntaxError',
        offset: maxJsonDepth,
        message: expect.stringContaining('512') as string,
      });
    }
  });

  it('accepts what JSON.stringify writes, and its slices are the members', () => {
    fc.assert(
      fc.property(jsonText, (text) => {
        const value: unknown = JSON.parse(text);
        const slices = slicesOf(text);
        if (typeof value !== 'object' || value === null || Array.isArray(value)) {
          expect(slices).toBeNull();
          return;
        }
        const members = Object.entries(value);
        expect(slices?.size).toBe(members.length);
        for (const [name, member] of members) {
          const slice = slices?.get(name) ?? '';
          expect(slice).toBe(slice.trim());
          expect(JSON.parse(slice)).toEqual(member);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it('agrees with JSON.parse on JSON with a few letters changed', () => {
    const edit = fc.record({
      place: fc.nat(),
      removed: fc.integer({ min: 0, max: 2 }),
      added: fc.array(jsonLetters, { maxLength: 2 }),
    });
    fc.assert(
      fc.property(jsonText, fc.array(edit, { minLength: 1, maxLength: 3 }), (text, edits) => {
        const changed = edits.reduce((current, { place, removed, added }) => {
          const at = place % (current.length + 1);
          return current.slice(0, at) + added.join('') + current.slice(at + removed);
        }, text);
        expect(accepts(changed)).toBe(jsonParseAccepts(changed));
      }),
      { numRuns: 5_000 },
    );
  });

  it('agrees with JSON.parse on random text', () => {
    const text = fc.oneof(
      fc.array(jsonLetters, { maxLength: 12 }).map((letters) => letters.join('')),
      fc.string({ unit: 'binary' }),
    );
    fc.assert(
      fc.property(text, (random) => {
        expect(accepts(random)).toBe(jsonParseAccepts(random));
      }),
      { numRuns: 5_000 },
    );
  });

  it('agrees with JSON.parse on escapes', () => {
    const letters = fc.array(fc.constantFrom(...'\\\\u0aFgn"/'.split('')), { maxLength: 8 });
    fc.assert(
      fc.property(letters, (inner) => {
        const text = `"${inner.join('')}"`;
        expect(accepts(text)).toBe(jsonParseAccepts(text));
      }),
      { numRuns: 5_000 },
    );
  });

  it('agrees with JSON.parse on numbers and words', () => {
    const token = fc
      .array(fc.constantFrom(...'-+.eE0019'.split(''), 'true', 'null', 'NaN', '0x'), {
        maxLength: 6,
      })
      .map((letters) => letters.join(''));
    fc.assert(
      fc.property(token, (text) => {
        expect(accepts(text)).toBe(jsonParseAccepts(text));
      }),
      { numRuns: 5_000 },
    );
  });
});
