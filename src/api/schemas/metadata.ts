import { z } from 'zod';
import { plainText } from './plainText.js';

const maxEntries = 50;

/** Notes of the owner's own: text to text, small, returned as they are and never acted on. */
export const metadata = z
  .record(plainText(1, 64), plainText(0, 500))
  .refine((entries) => Object.keys(entries).length <= maxEntries, `At most ${maxEntries} entries`)
  .describe("The owner's own notes");
