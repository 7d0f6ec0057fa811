import { randomBytes } from 'node:crypto';
import { exportJWK, exportSPKI, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import type { JwtAlgorithm } from '../../src/domain/jwtAlgorithms.js';
import type { ApiClient } from '../e2e/apiClient.js';

/** A customer that signs claims with a key of its own. */
export interface Customer {
  /** The id of its key, as the API shows it. */
  keyId: string;
  /** Of HS256 what it shares; null: it has a key pair. */
  secret: string | null;
  sign: (claims: JWTPayload, header?: Record<string, unknown>) => Promise<string>;
}

/** Makes a key as customers do, and adds it to the tenant's: a public key as PEM or JWK, or a shared secret. */
export async function addCustomer(
  client: ApiClient,
  algorithm: JwtAlgorithm,
  { as = 'pem', kid }: { as?: 'pem' | 'jwk'; kid?: string } = {},
): Promise<Customer> {
  const { signingKey, material } = await makeKey(algorithm, as);
  const body = { algorithm, ...material, ...(kid === undefined ? {} : { kid }) };
  const { id } = (await client.post('jwt-keys', body)) as { id: string };
  return {
    keyId: id,
    secret: 'secret' in material ? material.secret : null,
    sign: (claims, header = {}) =>
      new SignJWT(claims).setProtectedHeader({ alg: algorithm, ...header }).sign(signingKey),
  };
}

async function makeKey(algorithm: JwtAlgorithm, as: 'pem' | 'jwk') {
  if (algorithm === 'HS256') {
    const secret = randomBytes(32).toString('hex');
    return { signingKey: Buffer.from(secret), material: { secret } };
  }
  const { publicKey, privateKey } = await generateKeyPair(algorithm);
  const shown = as === 'pem' ? await exportSPKI(publicKey) : await exportJWK(publicKey);
  return { signingKey: privateKey, material: { publicKey: shown } };
}
