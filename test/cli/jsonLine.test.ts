import { describe, expect, it } from 'vitest';
import { jsonLine } from '../../src/cli/jsonLine.js';

describe('a line of JSON', () => {
  it('is one line of printable characters, and the same value', () => {
    const hostile = '\u001B[2J\u009B31m\u202Eabc\r\n\u2028\u{E0001} größer 😀';
    const value = { [hostile]: [hostile, 1, null] };
    const line = jsonLine(value);
    expect(line.slice(0, -1)).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
    expect(line).toContain('größer 😀');
    expect(line.endsWith('}\n')).toBe(true);
    expect(JSON.parse(line)).toEqual(value);
  });
});
