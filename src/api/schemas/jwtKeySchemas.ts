import { z } from 'zod';
import { showId } from '../../domain/ids.js';
import { jwtAlgorithms } from '../../domain/jwtAlgorithms.js';
import type { JwtKeyRecord } from '../../store/jwtKeys.js';
import { moment } from './moment.js';
import { shownId } from './params.js';
import { plainText } from './plainText.js';

const maxKidLength = 200;
const maxPemLength = 4_000;

export const kid = plainText(1, maxKidLength);

export const newJwtKey = z
  .strictObject({
    algorithm: z.enum(jwtAlgorithms).describe('The one algorithm that it verifies'),
    publicKey: z
      .union([z.string().min(1).max(maxPemLength), z.record(z.string(), z.unknown())])
      .optional()
      .describe(
        'Of RS256 (RSA, 2048 to 4096 bits) and ES256 (P-256): PEM (SPKI), or a JWK as an object',
      ),
    secret: z
      .string()
      .optional()
      .describe('Of HS256: text of 32 bytes at least, used as it is; kept encrypted, never shown'),
    kid: kid
      .optional()
      .describe(
        'What tokens name it by (`kid` of their header); absent: the `kid` of the JWK, if it has one',
      ),
    name: plainText(0, 200).optional(),
  })
  .meta({ id: 'NewJwtKey' });

export const jwtKeyShown = z
  .object({
    id: shownId('jwtKey'),
    kid: z
      .string()
      .nullable()
      .describe('Null: tokens that name no key, or another, are tried with it'),
    algorithm: z.enum(jwtAlgorithms),
    publicKey: z.string().nullable().describe('PEM (SPKI); null: a shared secret'),
    thumbprint: z
      .string()
      .nullable()
      .describe('SHA-256 of the public key (RFC 7638), base64url; null: a shared secret'),
    name: z.string(),
    createdAt: moment,
  })
  .meta({ id: 'JwtKey' });

export function showJwtKey({
  id,
  createdAt,
  ...record
}: JwtKeyRecord): z.output<typeof jwtKeyShown> {
  return { ...record, id: showId('jwtKey', id), createdAt: createdAt.toISOString() };
}
