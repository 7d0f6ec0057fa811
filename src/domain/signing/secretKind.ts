/** Standard Webhooks 1.0: what the text of a key pair begins with. */
export const keyPairPrefix = 'whsk_';

/** `hmac`: a secret that both sides have; `ed25519`: a key pair, of which the receiver has the public key alone. */
export const secretKinds = ['hmac', 'ed25519'] as const;
export type SecretKind = (typeof secretKinds)[number];

/** Of which kind a secret's text is. */
export function secretKind(secret: string): SecretKind {
  return secret.startsWith(keyPairPrefix) ? 'ed25519' : 'hmac';
}
