import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  randomBytes,
  type KeyObject,
} from 'node:crypto';
import { BoundedMemo } from '../domain/boundedMemo.js';

/** The keys by their ids, in the order given: the first seals, all open. */
export interface EncryptionKeys {
  sealingKeyId: string;
  byId: ReadonlyMap<string, KeyObject>;
}

export interface Sealer {
  /**
   * Encrypts with the first key, under a fresh nonce: `v1.<key id>.<iv>.<ciphertext>.<tag>`, the last three base64url.
   * `context` names the place of the text (endpoint, secret id, version), so that a sealed text can't be moved.
   */
  seal(plain: string, context: readonly string[]): string;
  /** Throws when the key isn't there, the context is another, or the text was altered. */
  open(sealed: string, context: readonly string[]): string;
  /** Of the keys it has, that which seals first. */
  readonly keyIds: readonly string[];
  /** The same as `<id>:<fingerprint>`, by which two processes see whether they have the same ones. */
  readonly keyMarks: readonly string[];
}

const variable = 'EVERHOOK_ENCRYPTION_KEYS';
const cipher = 'aes-256-gcm';
const ivBytes = 12;
const tagBytes = 16;
/**
 * Opened texts that are kept in memory, where the keys are too, if they are short as secrets are: each attempt opens
 * its endpoint's. (Deciphering it anew was 6 % of the service's CPU at fan-out 100.)
 */
const maxKept = 10_000;
const maxKeptLength = 500;

/**
 * Reads `id:base64,…`. Throws naming the variable, the entry and the mend, and never shows a key.
 */
export function parseEncryptionKeys(text: string): EncryptionKeys {
  const entries = text.trim().split(',');
  const byId = new Map<string, KeyObject>();
  for (const [index, entry] of entries.entries()) {
    const [id = '', base64 = '', ...rest] = entry.trim().split(':');
    const refuse = (what: string): never => {
      throw new Error(`${variable}: entry ${index + 1} of ${entries.length} ${what}`);
    };
    if (rest.length > 0 || base64 === '') refuse('must be `id:base64`');
    if (!/^[A-Za-z0-9_-]{1,32}$/.test(id)) refuse('needs an id of 1 to 32 of A-Z a-z 0-9 _ -');
    if (byId.has(id)) refuse(`repeats the id "${id}"; each key needs its own`);
    // 32 bytes are 43 characters and one of padding; `Buffer.from` alone would skip what isn't base64.
    if (!/^[A-Za-z0-9+/]{43}=$/.test(base64)) {
      refuse('needs 32 bytes in base64 after the colon; make them with `openssl rand -base64 32`');
    }
    byId.set(id, createSecretKey(base64, 'base64'));
  }
  const [sealingKeyId = ''] = byId.keys();
  return { sealingKeyId, byId };
}

export function createSealer(keys: EncryptionKeys): Sealer {
  const keyOf = (id: string): KeyObject => {
    const key = keys.byId.get(id);
    if (key === undefined) {
      throw new Error(
        `Sealed with key "${id}", which ${variable} does not have; add it after the first.`,
      );
    }
    return key;
  };
  const opened = new BoundedMemo<string>(maxKept);
  return {
    keyIds: [...keys.byId.keys()],
    keyMarks: [...keys.byId].map(([id, key]) => `${id}:${fingerprint(key)}`),
    seal(plain, context) {
      const iv = randomBytes(ivBytes);
      const id = keys.sealingKeyId;
      const encrypt = createCipheriv(cipher, keyOf(id), iv, { authTagLength: tagBytes });
      encrypt.setAAD(boundData(id, context));
      const ciphertext = Buffer.concat([encrypt.update(plain, 'utf8'), encrypt.final()]);
      const encoded = [iv, ciphertext, encrypt.getAuthTag()].map((b) => b.toString('base64url'));
      return ['v1', id, ...encoded].join('.');
    },
    open(sealed, context) {
      if (sealed.length > maxKeptLength) return open(sealed, context);
      return opened.of(JSON.stringify([sealed, ...context]), () => open(sealed, context));
    },
  };

  function open(sealed: string, context: readonly string[]): string {
    const { keyId, iv, ciphertext, tag } = parts(sealed);
    const decrypt = createDecipheriv(cipher, keyOf(keyId), iv, { authTagLength: tagBytes });
    decrypt.setAAD(boundData(keyId, context)).setAuthTag(tag);
    const plain = decrypt.update(ciphertext);
    try {
      return Buffer.concat([plain, decrypt.final()]).toString('utf8');
    } catch (cause) {
      throw new Error(
        `A text sealed with key "${keyId}" does not open: it belongs to another place, was altered, or ${variable} has other bytes under that id.`,
        { cause },
      );
    }
  }
}

/** Says nothing of the key's bytes to whoever reads it: the keys are random, all 32 bytes of them. */
function fingerprint(key: KeyObject): string {
  return createHmac('sha256', key).update('everhook').digest('hex').slice(0, 16);
}

/** JSON keeps the parts apart: joined by a separator, ["a", "b"] and ["a|b"] could meet. */
function boundData(keyId: string, context: readonly string[]): Buffer {
  return Buffer.from(JSON.stringify(['v1', keyId, ...context]), 'utf8');
}

interface SealedParts {
  keyId: string;
  iv: Buffer;
  ciphertext: Buffer;
  tag: Buffer;
}

function parts(sealed: string): SealedParts {
  const match = /^v1\.([A-Za-z0-9_-]{1,32})\.([\w-]{16})\.([\w-]*)\.([\w-]{22})$/.exec(sealed);
  if (match === null) throw new Error('Not a sealed text of the form v1.<key id>.<iv>.<…>.<tag>.');
  const [, keyId = '', iv = '', ciphertext = '', tag = ''] = match;
  return {
    keyId,
    iv: Buffer.from(iv, 'base64url'),
    ciphertext: Buffer.from(ciphertext, 'base64url'),
    tag: Buffer.from(tag, 'base64url'),
  };
}
