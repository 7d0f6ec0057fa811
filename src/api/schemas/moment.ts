import { z } from 'zod';

/** A moment as the API shows it. */
export const moment = z.iso.datetime();

/** A moment as a request gives it, with any offset; in milliseconds since 1970, earlier ones as 1970. */
export const givenMoment = z.iso
  .datetime({ offset: true, error: 'Write the moment as 2026-01-31T12:00:00Z' })
  .transform((text) => Math.max(0, Date.parse(text)));
