import { secretKind } from '../../domain/signing/secretKind.js';
import type { SignatureName } from '../../domain/signing/signatureNames.js';
import type { SignatureScheme } from './signatureScheme.js';
import { signGithub } from './signGithub.js';
import { signShopify } from './signShopify.js';
import { signSlack } from './signSlack.js';
import type { Signing } from './signing.js';
import { signStandard } from './signStandard.js';
import { signStripe } from './signStripe.js';

/** The signatures that an endpoint may ask for beside that of Standard Webhooks, by name. */
export const signatures = {
  github: signGithub,
  stripe: signStripe,
  shopify: signShopify,
  slack: signSlack,
} as const satisfies Record<SignatureName, SignatureScheme>;

/** All signature headers of a request, names in lower case; none without a secret. */
export function signatureHeaders(
  signing: Signing,
  names: readonly SignatureName[],
): Record<string, string> {
  if (signing.secrets.length === 0) return {};
  const headers: Record<string, string> = { 'webhook-signature': signStandard(signing) };
  const secrets = signing.secrets.filter((secret) => secretKind(secret) === 'hmac');
  if (secrets.length === 0) return headers;
  for (const name of names) {
    Object.assign(headers, signatures[name].headers({ ...signing, secrets }));
  }
  return headers;
}
