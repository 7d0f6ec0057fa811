import { createHmac } from 'node:crypto';
import type { SignatureScheme } from './signatureScheme.js';

/**
 * Stripe, "Verify webhook signatures manually": one `v1=` for each secret. Its library keys by the secret's whole text,
 * `whsec_` included, and lets nobody choose; so here that is the key of every secret.
 */
export const signStripe: SignatureScheme = {
  description: '`Stripe-Signature: t=<seconds>,v1=<hex>`, one `v1` for each secret',
  headers({ timestampSeconds, body, secrets }) {
    const signatures = secrets.map((secret) => {
      const hmac = createHmac('sha256', secret).update(`${timestampSeconds}.`).update(body);
      return `v1=${hmac.digest('hex')}`;
    });
    return { 'stripe-signature': [`t=${timestampSeconds}`, ...signatures].join(',') };
  },
};
