import { describe, expect, it } from 'vitest';
import { shows } from './shape.js';

const [written, real, other] = ['1', '2', '3'].map(
  (digit) => `evt_${digit.repeat(8)}-1111-7111-8111-111111111111`,
);

describe('the shape of an output', () => {
  it.each([
    ['answered 200', 'some lines\nanswered 200\nmore', true],
    ['answered 200', 'answered 201', false],
    ['answered 200', 'it answered 200', false],
    ['{"a":1,…,"b":2}', '{"a":1,"x":0,"b":2}', true],
    ['{"a":1,…,"b":2}', '{"a":1,"x":0,\n"b":2}', false],
    ['08:08:14  took 4 ms', '23:59:59    took 120 ms', true],
    ['at 2026-11-21T08:08:21.649Z', 'at 2027-01-01T00:00:00.000Z', true],
    ['at 2026-11-21T08:08:21.649Z', 'at noon', false],
    ['two\nlines', 'two\nlines', true],
    ['two\nlines', 'two\nother\nlines', false],
    ['(a+b)*', '(a+b)*', true],
  ])('of %j in %j: %s', (text, output, expected) => {
    expect(shows(output, text, new Map())).toBe(expected);
  });

  it('has the same id where the same is written', () => {
    const known = new Map<string, string>();
    expect(shows(`${real} ${other}`, `${written} ${written}`, known)).toBe(false);
    expect(shows(`${real} ${real}`, `${written} ${written}`, known)).toBe(true);
    expect([...known]).toEqual([[written, real]]);
    expect(shows(`got ${other}`, `got ${written}`, known)).toBe(false);
    expect(shows(`got ${real}`, `got ${written}`, known)).toBe(true);
  });
});
