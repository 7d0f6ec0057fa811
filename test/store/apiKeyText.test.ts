import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  apiKeyDisplayPrefix,
  generateApiKeyText,
  isApiKeyText,
} from '../../src/store/apiKeyText.js';

describe('the text of an API key', () => {
  it('has a prefix, the environment, 256 random bits and a checksum', () => {
    const keys = Array.from({ length: 500 }, () => generateApiKeyText('production'));
    for (const key of keys) {
      expect(key).toMatch(/^evh_production_[0-9A-Za-z]{43}_[0-9a-f]{8}$/);
      expect(isApiKeyText(key)).toBe(true);
    }
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('is not taken with any one character changed', () => {
    const key = generateApiKeyText('test');
    const character = fc.stringMatching(/^[0-9A-Za-z_]$/);
    fc.assert(
      fc.property(fc.nat(key.length - 1), character, (at, other) => {
        fc.pre(key[at] !== other);
        expect(isApiKeyText(key.slice(0, at) + other + key.slice(at + 1))).toBe(false);
      }),
    );
  });

  it('shows little of itself in a list', () => {
    expect(apiKeyDisplayPrefix('evh_test_ABCDEFGH_00000000')).toBe('evh_test_ABCD');
  });
});
