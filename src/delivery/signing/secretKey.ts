import { BoundedMemo } from '../../domain/boundedMemo.js';
import { keyPairPrefix, secretKind } from '../../domain/signing/secretKind.js';
import { keyPairProblem, publicKeyPrefix } from './ed25519Key.js';

const prefix = 'whsec_';
const minKeyBytes = 24;
const maxKeyBytes = 64;
const maxSecretLength = 256;
/** Each attempt asks for its endpoint's; decoding and checking one takes as long as signing with it. */
const keys = new BoundedMemo<Buffer>(10_000);

/** Why a text can't be a signing secret, in words for its owner, or null. Never repeats the text. */
export function secretProblem(text: string): string | null {
  if (text === '') return 'The secret must not be empty.';
  if (text.length > maxSecretLength) {
    return `The secret must have at most ${maxSecretLength} characters.`;
  }
  if (/[\p{C}\p{Zl}\p{Zp}]/u.test(text)) {
    return 'The secret must have printable characters only: no line breaks, tabs or control characters.';
  }
  if (text.startsWith(publicKeyPrefix)) {
    return `The secret is a public key, which signs nothing; give the key pair, ${keyPairPrefix}….`;
  }
  if (secretKind(text) === 'ed25519') return keyPairProblem(text);
  if (!text.startsWith(prefix)) return null;
  const key = decodedKey(text);
  if (key === null) {
    return `What follows ${prefix} must be standard base64 with its padding (A-Z a-z 0-9 + / =).`;
  }
  if (key.length < minKeyBytes || key.length > maxKeyBytes) {
    return `What follows ${prefix} must be the base64 of ${minKeyBytes} to ${maxKeyBytes} bytes; it is of ${key.length}.`;
  }
  return null;
}

/**
 * The HMAC key of a secret's text: of `whsec_…` the decoded base64 (Standard Webhooks 1.0), of any other text its
 * UTF-8 bytes. Throws on a text that `secretProblem` refuses, and on a key pair.
 */
export function secretKey(text: string): Buffer {
  return keys.of(text, () => {
    if (secretKind(text) !== 'hmac') throw new Error('A key pair has no HMAC key.');
    const problem = secretProblem(text);
    if (problem !== null) throw new Error(problem);
    return decodedKey(text) ?? Buffer.from(text, 'utf8');
  });
}

/** Null unless the text is the prefix and canonical base64; `Buffer.from` alone would skip what isn't. */
function decodedKey(text: string): Buffer | null {
  if (!text.startsWith(prefix)) return null;
  const base64 = text.slice(prefix.length);
  const key = Buffer.from(base64, 'base64');
  return key.toString('base64') === base64 ? key : null;
}
