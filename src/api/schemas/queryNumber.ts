import { z } from 'zod';

/** A whole number in a query; an empty text is none, though JavaScript takes it for 0. */
export function queryNumber(lowest: number, highest: number) {
  return z.preprocess(
    (given) => (given === '' ? Number.NaN : given),
    z.coerce.number().int().min(lowest).max(highest),
  );
}
