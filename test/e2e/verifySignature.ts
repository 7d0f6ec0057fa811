import { Webhook } from 'standardwebhooks';
import type { ReceivedRequest } from '../setup/receiver.js';

/** Verifies a request as a customer would, with the Standard Webhooks library. Throws where that refuses it. */
export function verifySignature(request: ReceivedRequest, secret: string): void {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers)) headers[name] = String(value);
  new Webhook(secret).verify(request.body.toString('utf8'), headers);
}
