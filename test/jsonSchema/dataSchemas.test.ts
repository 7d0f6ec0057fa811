import { describe, expect, it } from 'vitest';
import { compileDataSchema } from '../../src/jsonSchema/dataSchemas.js';

describe('compileDataSchema', () => {
  it.each([
    ['2026-01-31T13:45:00Z', true],
    ['2024-04-24T17:20:14.659349Z', true],
    ['2026-01-31t13:45:00.5+01:00', true],
    ['2026-01-31 13:45:00Z', false],
    ['2026-01-31\n13:45:00Z', false],
    ['2026-01-31T13:45:00+0100', false],
    ['2026-01-31T13:45:00', false],
    ['2026-02-30T13:45:00Z', false],
  ])('takes %j for a date-time: %s', (text, isOne) => {
    const schema = compileDataSchema('{"format":"date-time"}');
    expect(schema.problemsOf(text)).toHaveLength(isOne ? 0 : 1);
  });

  it('takes no number that overflows', () => {
    const schema = compileDataSchema('{"items":{"type":"number"}}');
    const pointers = schema
      .problemsOf(JSON.parse('[1e308,1e400,-1e400]'))
      .map((part) => part.pointer);
    expect(pointers).toEqual(['/data/1', '/data/2']);
  });

  it('says of a schema that refers to itself without end that it cannot be applied', () => {
    const schema = compileDataSchema(
      '{"$ref":"#/$defs/a","$defs":{"a":{"allOf":[{"$ref":"#/$defs/a"}]}}}',
    );
    expect(schema.problemsOf({})).toEqual([
      { pointer: '/data', detail: expect.stringContaining('cannot be applied') as string },
    ]);
  });
});
