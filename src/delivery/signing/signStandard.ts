import { createHmac, sign } from 'node:crypto';
import { secretKind } from '../../domain/signing/secretKind.js';
import { privateKey } from './ed25519Key.js';
import { secretKey } from './secretKey.js';
import type { Signing } from './signing.js';

/**
 * The `webhook-signature` of Standard Webhooks 1.0, parted by spaces: for each secret `v1,<base64>`, for each key pair
 * `v1a,<base64>`. All sign, so that a receiver may change over at any moment of the overlap. Throws without a secret: a
 * delivery that isn't signed has no such header.
 */
export function signStandard({ id, timestampSeconds, body, secrets }: Signing): string {
  if (secrets.length === 0) throw new Error('signStandard needs at least one secret.');
  if (id.includes('.') || !Number.isInteger(timestampSeconds)) {
    throw new Error('What is signed is ambiguous: the id has a dot or the timestamp a fraction.');
  }
  const head = `${id}.${timestampSeconds}.`;
  return secrets
    .map((secret) =>
      secretKind(secret) === 'ed25519'
        ? `v1a,${sign(null, joined(head, body), privateKey(secret)).toString('base64')}`
        : `v1,${createHmac('sha256', secretKey(secret)).update(head).update(body).digest('base64')}`,
    )
    .join(' ');
}

function joined(head: string, body: string | Uint8Array): Buffer {
  const bytes = typeof body === 'string' ? Buffer.from(body, 'utf8') : body;
  return Buffer.concat([Buffer.from(head, 'utf8'), bytes]);
}
