import { expect, it } from 'vitest';
import { mergeHeaders } from '../../src/delivery/mergeHeaders.js';

it('merges headers by name, whatever its case', () => {
  const base = { 'X-Team': 'a', authorization: 'b' };
  expect(mergeHeaders(base, {})).toEqual(base);
  expect(mergeHeaders(base, { 'x-team': 'c', 'x-other': 'd' })).toEqual({
    authorization: 'b',
    'x-team': 'c',
    'x-other': 'd',
  });
});
