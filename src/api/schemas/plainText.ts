import { z } from 'zod';
import { isStorable } from '../../domain/isStorable.js';

/** Text that Postgres can keep. */
export function plainText(minLength: number, maxLength: number): z.ZodString {
  return z
    .string()
    .min(minLength)
    .max(maxLength)
    .refine(isStorable, 'May not have U+0000 or half a surrogate pair');
}
