import type { z } from 'zod';
import { Problem } from '../domain/problem.js';
import { jwtSecretProblem } from '../intake/jwt/jwtSecretProblem.js';
import { readPublicKey } from '../intake/jwt/readPublicKey.js';
import type { NewJwtKey } from '../store/jwtKeys.js';
import { kid as kidSchema, type newJwtKey } from './schemas/jwtKeySchemas.js';

/** What is stored of a JWT key. Throws `invalid_request` where the key is none for the algorithm. */
export function defineJwtKey({
  algorithm,
  publicKey,
  secret,
  kid,
  name = '',
}: z.output<typeof newJwtKey>): NewJwtKey {
  if (algorithm === 'HS256') {
    if (publicKey !== undefined) throw refusal('publicKey', 'HS256 has no public key; give secret');
    if (secret === undefined) throw refusal('secret', 'Required: the shared secret of HS256');
    const problem = jwtSecretProblem(secret);
    if (problem !== null) throw refusal('secret', problem);
    return { algorithm, kid: kid ?? null, name, secret, publicKey: null, thumbprint: null };
  }
  if (secret !== undefined) {
    throw refusal('secret', `${algorithm} has no shared secret; give publicKey`);
  }
  if (publicKey === undefined) {
    throw refusal('publicKey', `Required: the public key of ${algorithm}, as PEM or JWK`);
  }
  const read = readPublicKey(algorithm, publicKey);
  if (typeof read === 'string') throw refusal('publicKey', read);
  const { pem, thumbprint } = read;
  const called = kid ?? read.kid;
  if (called !== null && !kidSchema.safeParse(called).success) {
    throw refusal('publicKey', 'The JWK has a kid that is too long or unfit; give another as kid');
  }
  return { algorithm, kid: called, name, secret: null, publicKey: pem, thumbprint };
}

function refusal(member: 'publicKey' | 'secret', detail: string): Problem {
  const pointer = `/${member}`;
  return new Problem('invalid_request', `${pointer}: ${detail}.`, [{ pointer, detail }]);
}
