import { keyPairPrefix, type SecretKind } from './secretKind.js';
import type { SignatureName } from './signatureNames.js';

/**
 * Why an endpoint whose newest secret is of this kind can't have these signatures, in words for its owner, or null.
 * Their receivers verify with the secret itself, and the private half of a key pair is nobody's but ours.
 */
export function signaturesProblem(
  names: readonly SignatureName[],
  newest: SecretKind,
): string | null {
  if (names.length === 0 || newest === 'hmac') return null;
  return `The signatures ${names.join(', ')} need a secret that both sides have, not a key pair (${keyPairPrefix}…)`;
}
