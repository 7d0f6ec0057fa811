import { Problem } from '../domain/problem.js';

/** What is asked for isn't there, or is another tenant's. */
export function notFound(what: 'delivery' | 'endpoint'): Problem {
  return new Problem('not_found', `There is no such ${what}.`);
}
