import { describe, expect, it } from 'vitest';
import { parseScope, scopeTextProblem } from '../../src/domain/endpointScope.js';

describe('a scope', () => {
  it('is an attribute and a value, which may have colons itself', () => {
    expect(scopeTextProblem('flow:a:b')).toBeNull();
    expect(parseScope('flow:a:b')).toEqual({ attribute: 'flow', value: 'a:b' });
  });

  it.each([
    '',
    'flow',
    'flow:',
    ':a',
    'data./flow:a',
    'fl ow:a',
    `flow:${'a'.repeat(513)}`,
    'f:\0',
  ])('is not %j', (text) => {
    expect(scopeTextProblem(text)).toEqual(expect.any(String));
  });
});
