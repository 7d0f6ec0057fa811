import { describe, expect, it } from 'vitest';
import { answerBody } from '../../src/delivery/answerBody.js';

describe('answerBody', () => {
  it('joins the pieces of a character', () => {
    const bytes = Buffer.from('ü€🎉');
    const pieces = [...bytes].map((byte) => Buffer.from([byte]));
    expect(answerBody(pieces, 100)).toBe('ü€🎉');
  });

  it('cuts at the bound, between characters', () => {
    expect(answerBody([Buffer.from('ab🎉cd')], 5)).toBe('ab');
    expect(answerBody([Buffer.from('ab🎉cd')], 6)).toBe('ab🎉');
    expect(answerBody([Buffer.from('abc')], 0)).toBe('');
  });

  it('replaces what Postgres would not store', () => {
    expect(answerBody([Buffer.from([0x61, 0x00, 0xff, 0x62, 0xc3])], 10)).toBe(
      'a\ufffd\ufffdb\ufffd',
    );
  });
});
