import { type Problem, type ProblemPart, problemCodes } from '../../domain/problem.js';

/** Where this service shows what its problems mean: the page that is made from the same table. */
export const errorsPagePath = '/docs/errors.md';

/** RFC 9457, section 3, with `code`, `requestId`, `errors` and, of an upload, `stored` as extension members. */
export interface ProblemDetails {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: string;
  requestId: string;
  errors: readonly ProblemPart[];
  stored?: number;
}

export function problemDetails(problem: Problem, requestId: string): ProblemDetails {
  const { status, title } = problemCodes[problem.code];
  return {
    type: `${errorsPagePath}#${problem.code}`,
    title,
    status,
    detail: problem.detail,
    code: problem.code,
    requestId,
    errors: problem.parts,
    ...(problem.stored === null ? {} : { stored: problem.stored }),
  };
}
