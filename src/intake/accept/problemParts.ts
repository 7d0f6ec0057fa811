import type { z } from 'zod';
import { escapePointerToken } from '../../domain/json/jsonPointer.js';
import type { ProblemPart } from '../../domain/problem.js';

/** What zod found wrong, with JSON pointers (RFC 6901) that begin with `start`. */
export function problemParts(issues: readonly z.core.$ZodIssue[], start = ''): ProblemPart[] {
  return issues.flatMap((issue) => partsOf(issue, start));
}

function partsOf(issue: z.core.$ZodIssue, start: string): ProblemPart[] {
  const pointer =
    start + issue.path.map((token) => `/${escapePointerToken(String(token))}`).join('');
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      pointer: `${pointer}/${escapePointerToken(key)}`,
      detail: 'There is no such field here; leave it out, or look for a misspelling.',
    }));
  }
  if (issue.code === 'invalid_key') {
    return issue.issues.flatMap((inner) => [{ pointer, detail: inner.message }]);
  }
  return [{ pointer, detail: issue.message }];
}
