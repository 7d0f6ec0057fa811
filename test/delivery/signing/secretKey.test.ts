import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { generateSecret } from '../../../src/delivery/signing/generateSecret.js';
import { secretKey, secretProblem } from '../../../src/delivery/signing/secretKey.js';
import { secretKind } from '../../../src/domain/signing/secretKind.js';

const whsec = (bytes: number) => `whsec_${Buffer.alloc(bytes, 0xfb).toString('base64')}`;

const pair = generateSecret('ed25519');

describe('a signing secret', () => {
  it('keys by the decoded base64 after whsec_', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 24, maxLength: 64 }), (bytes) => {
        const secret = `whsec_${Buffer.from(bytes).toString('base64')}`;
        expect(secretProblem(secret)).toBeNull();
        expect(secretKey(secret)).toEqual(Buffer.from(bytes));
      }),
    );
  });

  it.each(['12345678', "It's a Secret to Everybody", 'Grüße', 'whsec', 'WHSEC_x', 'x'.repeat(256)])(
    'keys %j by its UTF-8 bytes',
    (text) => {
      expect(secretProblem(text)).toBeNull();
      expect(secretKey(text)).toEqual(Buffer.from(text, 'utf8'));
    },
  );

  it.each([
    ['', /not be empty/],
    ['x'.repeat(257), /at most 256/],
    ['line\nbreak', /printable/],
    ['nul\0', /printable/],
    ['tab\t', /printable/],
    ['lone\ud800', /printable/],
    ['para\u2029graph', /printable/],
    ['whsec_', /of 24 to 64 bytes; it is of 0/],
    [whsec(23), /it is of 23/],
    [whsec(65), /it is of 65/],
    ['whsec_not base64 at all', /standard base64/],
    [whsec(25).replaceAll('=', ''), /with its padding/],
    [whsec(24).replaceAll('+', '-'), /standard base64/],
    ['whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=', /public key, which signs nothing/],
  ])('refuses %j without repeating it', (text, expected) => {
    expect(secretProblem(text)).toMatch(expected);
    expect(() => secretKey(text)).toThrow(expected);
    if (text.length > 6) expect(secretProblem(text)).not.toContain(text);
  });

  it('may be an ed25519 key pair, which is no HMAC key', () => {
    expect(secretProblem(pair)).toBeNull();
    expect(secretKind(pair)).toBe('ed25519');
    expect(() => secretKey(pair)).toThrow(/no HMAC key/);
    expect(generateSecret('ed25519')).not.toBe(pair);
  });

  it.each([
    ['whsk_', /base64 of 64 bytes/],
    [pair.slice(0, 48), /base64 of 64 bytes/],
    [pair.replaceAll('=', ''), /base64 of 64 bytes/],
    [`whsk_${Buffer.alloc(64, 7).toString('base64')}`, /the seed's own public key/],
  ])('refuses %s as a key pair', (text, expected) => {
    expect(secretProblem(text)).toMatch(expected);
  });

  it('is made of 32 random bytes', () => {
    const [a, b] = [generateSecret(), generateSecret()];
    expect(a).not.toBe(b);
    expect(secretProblem(a)).toBeNull();
    expect(secretKey(a)).toHaveLength(32);
  });
});
