import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseJsonPointer, valueAtPointer } from '../../../src/domain/json/jsonPointer.js';

function valueAt(value: unknown, pointer: string): unknown {
  const tokens = parseJsonPointer(pointer);
  if (tokens === null) throw new Error(`${pointer} is no pointer`);
  return valueAtPointer(value, tokens);
}

describe('a JSON pointer', () => {
  // The document and the pointers of RFC 6901, section 5.
  const document: unknown = JSON.parse(
    '{"foo":["bar","baz"],"":0,"a/b":1,"c%d":2,"e^f":3,"g|h":4,"i\\\\j":5,"k\\"l":6," ":7,"m~n":8}',
  );

  it.each([
    ['', document],
    ['/foo', ['bar', 'baz']],
    ['/foo/0', 'bar'],
    ['/', 0],
    ['/a~1b', 1],
    ['/c%d', 2],
    ['/e^f', 3],
    ['/g|h', 4],
    ['/i\\j', 5],
    ['/k"l', 6],
    ['/ ', 7],
    ['/m~0n', 8],
  ])('%j leads where RFC 6901 says', (pointer, value) => {
    expect(valueAt(document, pointer)).toEqual(value);
  });

  it.each(['/foo/2', '/foo/-', '/foo/00', '/foo/01', '/foo/length', '/nothing', '/foo/0/0', '//a'])(
    '%j leads nowhere',
    (pointer) => expect(valueAt(document, pointer)).toBeUndefined(),
  );

  it('reads own properties alone', () => {
    for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
      expect(valueAt({ a: 1 }, `/${name}`)).toBeUndefined();
      expect(valueAt([1], `/${name}`)).toBeUndefined();
    }
    expect(valueAt(JSON.parse('{"__proto__":{"a":1}}'), '/__proto__/a')).toBe(1);
    expect(valueAt('text', '/length')).toBeUndefined();
  });

  it.each(['foo', '/a~', '/a~2', '~0', ' /a'])('%j is none', (text) => {
    expect(parseJsonPointer(text)).toBeNull();
  });

  it('has any tokens, escaped', () => {
    const token = fc.string({ unit: fc.constantFrom('~', '/', '0', '1', 'a') });
    fc.assert(
      fc.property(fc.array(token), (tokens) => {
        const pointer = tokens
          .map((one) => `/${one.replaceAll('~', '~0').replaceAll('/', '~1')}`)
          .join('');
        expect(parseJsonPointer(pointer)).toEqual(tokens);
      }),
    );
  });
});
