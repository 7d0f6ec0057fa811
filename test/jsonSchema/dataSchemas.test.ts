import { describe, expect, it } from 'vitest';
import { compileDataSchema } from '../../src/jsonSchema/dataSchemas.js';

describe('compileDataSchema', () => {
  it('says of a schema that refers to itself without end that it cannot be applied', () => {
    const schema = compileDataSchema(
      '{"$ref":"#/$defs/a","$defs":{"a":{"allOf":[{"$ref":"#/$defs/a"}]}}}',
    );
    expect(schema.problemsOf({})).toEqual([
      { pointer: '/data', detail: expect.stringContaining('cannot be applied') as string },
    ]);
  });
});
