import { describe, expect, it } from 'vitest';
import { answerHeaders } from '../../src/delivery/answerHeaders.js';

describe('answerHeaders', () => {
  it('keeps 32, the ones that are read among them, and cuts values', () => {
    const many = Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`x-${i}`, 'v']));
    const kept = answerHeaders({
      ...many,
      'retry-after': '120',
      'content-type': 'text/plain',
      'x-0': 'a'.repeat(1000),
    });
    expect(Object.keys(kept)).toHaveLength(32);
    expect(kept).toMatchObject({ 'retry-after': '120', 'content-type': 'text/plain' });
    expect(kept['x-0']).toHaveLength(256);
  });

  it('joins repeated headers and survives hostile names', () => {
    const hostile = JSON.parse('{"__proto__":"x","set-cookie":["a","b"]}') as Record<
      string,
      string
    >;
    const kept = answerHeaders(hostile);
    expect(Object.entries(kept)).toEqual([
      ['__proto__', 'x'],
      ['set-cookie', 'a, b'],
    ]);
  });
});
