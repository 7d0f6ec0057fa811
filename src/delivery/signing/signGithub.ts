import { createHmac } from 'node:crypto';
import { secretKey } from './secretKey.js';
import { newestSecret, type SignatureScheme } from './signatureScheme.js';

/** GitHub, "Validating webhook deliveries": the hex HMAC of the body. */
export const signGithub: SignatureScheme = {
  description: '`X-Hub-Signature-256: sha256=<hex>`',
  headers(signing) {
    const key = secretKey(newestSecret(signing));
    const hex = createHmac('sha256', key).update(signing.body).digest('hex');
    return { 'x-hub-signature-256': `sha256=${hex}` };
  },
};
