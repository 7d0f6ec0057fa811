import { createHmac } from 'node:crypto';
import { secretKey } from './secretKey.js';
import { newestSecret, type SignatureScheme } from './signatureScheme.js';

/** Shopify, "Deliver webhooks through HTTPS": the base64 HMAC of the body. */
export const signShopify: SignatureScheme = {
  description: '`X-Shopify-Hmac-Sha256: <base64>`',
  headers(signing) {
    const key = secretKey(newestSecret(signing));
    const base64 = createHmac('sha256', key).update(signing.body).digest('base64');
    return { 'x-shopify-hmac-sha256': base64 };
  },
};
