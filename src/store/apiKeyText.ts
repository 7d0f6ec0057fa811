import { createHash, randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { Environment } from '../domain/words.js';

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** 32 random bytes in base 62. */
const randomLength = 43;
const shownRandomCharacters = 4;

/**
 * A new key: `evh_<environment>_<43 of base 62>_<CRC-32, 8 of hex>`. The prefix lets secret scanners find a leaked key,
 * the checksum lets a mistyped one be refused without a look-up.
 */
export function generateApiKeyText(environment: Environment): string {
  const start = `evh_${environment}_${base62(randomBytes(32))}`;
  return `${start}_${checksum(start)}`;
}

/** Whether a text has the form of a key and a checksum that fits. */
export function isApiKeyText(text: string): boolean {
  if (!/^evh_[a-z]+_[0-9A-Za-z]{43}_[0-9a-f]{8}$/.test(text)) return false;
  const end = text.lastIndexOf('_');
  return checksum(text.slice(0, end)) === text.slice(end + 1);
}

/** What is stored of a key. Plain SHA-256 is enough for 256 random bits; a slow hash would only cost each request. */
export function apiKeyDigest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** The part of a key by which its owner recognizes it in a list. */
export function apiKeyDisplayPrefix(text: string): string {
  return text.slice(0, text.indexOf('_', 'evh_'.length) + 1 + shownRandomCharacters);
}

function checksum(text: string): string {
  return crc32(text).toString(16).padStart(8, '0');
}

function base62(bytes: Buffer): string {
  let rest = BigInt(`0x${bytes.toString('hex')}`);
  let digits = '';
  while (rest > 0n) {
    digits = `${alphabet[Number(rest % 62n)]}${digits}`;
    rest /= 62n;
  }
  return digits.padStart(randomLength, '0');
}
