import { Webhook } from 'standardwebhooks';
import type { LocalRequest } from '../localReceiver.js';

/**
 * What is wrong with the signature of a request, or null, judged by the library of Standard Webhooks as a receiver would
 * use it. The key of a `whsec_…` secret is its decoded base64, that of any other text its UTF-8 bytes.
 */
export function signatureProblem({ headers, body }: LocalRequest, secret: string): string | null {
  const webhook = secret.startsWith('whsec_')
    ? new Webhook(secret)
    : new Webhook(Buffer.from(secret, 'utf8'), { format: 'raw' });
  const given = Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, String(value)]),
  );
  try {
    // Other formats' bodies need not be JSON.
    webhook.verify(body, given, { jsonParse: false });
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}
