import { randomBytes } from 'node:crypto';
import type { SecretKind } from '../../domain/signing/secretKind.js';
import { generateKeyPair } from './ed25519Key.js';

/** A new signing secret (Standard Webhooks 1.0): `whsec_` and the base64 of 32 random bytes, or a key pair `whsk_…`. */
export function generateSecret(kind: SecretKind = 'hmac'): string {
  if (kind === 'ed25519') return generateKeyPair();
  return `whsec_${randomBytes(32).toString('base64')}`;
}
