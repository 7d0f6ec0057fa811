import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type JsonWebKey,
  type KeyObject,
} from 'node:crypto';
import { keyPairPrefix } from '../../domain/signing/secretKind.js';

export const publicKeyPrefix = 'whpk_';
/** Standard Webhooks 1.0: a key pair is its prefix and the base64 of 32 bytes seed and 32 bytes public key. */
const seedBytes = 32;
const keyPairBytes = 64;

/** PKCS #8's bytes before the seed of an ed25519 key (RFC 8410, section 7). */
const pkcs8Start = Buffer.from('302e020100300506032b657004220420', 'hex');

/** Why a text that begins with `whsk_` can't be a key pair, in words for its owner, or null. Never repeats the text. */
export function keyPairProblem(text: string): string | null {
  const bytes = decoded(text);
  if (bytes === null || bytes.length !== keyPairBytes) {
    return `What follows ${keyPairPrefix} must be the standard base64 of ${keyPairBytes} bytes: the seed of an ed25519 key, then its public key.`;
  }
  const isPair = publicBytes(privateKeyOf(bytes)).equals(bytes.subarray(seedBytes));
  return isPair ? null : `What follows ${keyPairPrefix} must end with the seed's own public key.`;
}

/** The private key in a `whsk_…`. Throws on a text that isn't of its form. */
export function privateKey(text: string): KeyObject {
  return privateKeyOf(bytesOf(text));
}

/** What a receiver verifies with: `whpk_` and the base64 of the public key of a `whsk_…`. */
export function publicKey(text: string): string {
  return publicKeyPrefix + bytesOf(text).subarray(seedBytes).toString('base64');
}

export function generateKeyPair(): string {
  const { d = '', x = '' }: JsonWebKey = generateKeyPairSync('ed25519').privateKey.export({
    format: 'jwk',
  });
  const bytes = [d, x].map((part) => Buffer.from(part, 'base64url'));
  return keyPairPrefix + Buffer.concat(bytes).toString('base64');
}

function bytesOf(text: string): Buffer {
  const bytes = decoded(text);
  if (bytes === null || bytes.length !== keyPairBytes) throw new Error('This is no key pair.');
  return bytes;
}

/** Null unless what follows the prefix is canonical base64; `Buffer.from` alone would skip what isn't. */
function decoded(text: string): Buffer | null {
  const base64 = text.slice(keyPairPrefix.length);
  const bytes = Buffer.from(base64, 'base64');
  return bytes.toString('base64') === base64 ? bytes : null;
}

function privateKeyOf(bytes: Buffer): KeyObject {
  const key = Buffer.concat([pkcs8Start, bytes.subarray(0, seedBytes)]);
  return createPrivateKey({ key, format: 'der', type: 'pkcs8' });
}

function publicBytes(key: KeyObject): Buffer {
  const { x = '' } = createPublicKey(key).export({ format: 'jwk' });
  return Buffer.from(x, 'base64url');
}
