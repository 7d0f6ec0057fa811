import { z } from 'zod';
import { idempotencyKeyPattern, idempotencyKeyRule } from '../../intake/accept/idempotencyKey.js';

/** The headers of every POST. */
export const idempotencyHeaders = z.looseObject({
  'idempotency-key': z
    .string()
    .regex(idempotencyKeyPattern, idempotencyKeyRule)
    .optional()
    .describe(
      'The same key and body again gives the first answer again, for 24 hours, with `Idempotency-Replayed: true`',
    ),
});
