import { Problem } from '../domain/problem.js';

/** The record, or a 404 where there is none. `what`: the word for it. */
export function found<T>(record: T | null, what: string): T {
  if (record === null)
    throw new Problem('not_found', `There is no such ${what}, or it is not yours.`);
  return record;
}
