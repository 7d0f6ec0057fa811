import { describe, expect, it } from 'vitest';
import { secretKind } from '../../../src/domain/signing/secretKind.js';
import { signatureNames } from '../../../src/domain/signing/signatureNames.js';
import { signaturesProblem } from '../../../src/domain/signing/signaturesProblem.js';

describe('signatures beside the default', () => {
  it.each([
    ['whsec_c2VjcmV0', 'hmac'],
    ['any other text', 'hmac'],
    ['whsk_c2VjcmV0', 'ed25519'],
  ] as const)('see %s as %s', (secret, kind) => {
    expect(secretKind(secret)).toBe(kind);
  });

  it('need a secret that both sides have, and name themselves otherwise', () => {
    expect(signaturesProblem(signatureNames, 'hmac')).toBeNull();
    expect(signaturesProblem([], 'ed25519')).toBeNull();
    expect(signaturesProblem(['github', 'slack'], 'ed25519')).toMatch(/github, slack.*whsk_/);
  });
});
