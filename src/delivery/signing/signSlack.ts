import { createHmac } from 'node:crypto';
import { secretKey } from './secretKey.js';
import { newestSecret, type SignatureScheme } from './signatureScheme.js';

/** Slack, "Verifying requests from Slack": the hex HMAC of version, timestamp and body. */
export const signSlack: SignatureScheme = {
  description: '`X-Slack-Signature: v0=<hex>` and `X-Slack-Request-Timestamp`',
  headers(signing) {
    const { timestampSeconds, body } = signing;
    const hex = createHmac('sha256', secretKey(newestSecret(signing)))
      .update(`v0:${timestampSeconds}:`)
      .update(body)
      .digest('hex');
    return {
      'x-slack-signature': `v0=${hex}`,
      'x-slack-request-timestamp': String(timestampSeconds),
    };
  },
};
