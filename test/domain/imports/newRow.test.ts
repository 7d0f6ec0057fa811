import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readRow, RowFault } from '../../../src/domain/imports/newRow.js';

describe('a line of an upload', () => {
  it.each([
    ['{"data":{}}', '{}'],
    ['{"data":{"a":1.0,"b":"}"}}', '{"a":1.0,"b":"}"}'],
    ['{"data":{ "a" : [ 1, {"b":[]} ] }}', '{ "a" : [ 1, {"b":[]} ] }'],
    ['{"data":{"a":"[{"}}', '{"a":"[{"}'],
    [' { "data" : {"a":1} } ', '{"a":1}'],
  ])('is a row whose data stays byte for byte: %s', (line, data) => {
    expect(readRow(line)).toEqual({ id: null, data, valid: true });
  });

  it('may say an id, and that it is not valid, in any order', () => {
    const row = { id: 'r-1', data: '{"a":1}', valid: false };
    expect(readRow('{"valid":false,"data":{"a":1},"id":"r-1"}')).toEqual(row);
    expect(readRow('{"data":{"a":1},"id":"r-1","valid":false}')).toEqual(row);
  });

  it.each([
    ['{"data":{"a":1}}}'],
    ['{"data":{"a":1},"data":{"a":2}}'],
    ['{"data":{"a":1},"date":{}}'],
    ['{"data":{"a":1}{}}'],
    ['{"data":{"a"}}'],
    ['{"data":{"a":1}}{"data":{"a":2}}'],
    ['{"data":[]}'],
    ['{"data":{},"valid":1}'],
    ['[{"data":{}}]'],
    [`{"data":{"a":${'['.repeat(600)}${']'.repeat(600)}}}`],
  ])('is no row: %s', (line) => {
    expect(() => readRow(line)).toThrow(RowFault);
  });

  it('reads any JSON object as data, however it is written', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 })),
        fc.constantFrom(undefined, 1),
        (value, indent) => {
          const data = JSON.stringify(value, null, indent).replaceAll('\n', ' ');
          expect(readRow(`{"data":${data}}`)).toEqual({ id: null, data, valid: true });
        },
      ),
    );
  });
});
