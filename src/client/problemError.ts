import type { components } from './schema.js';

/** Problem details (RFC 9457), as the API answers every error. */
export type ProblemDetails = components['schemas']['Problem'];

/** The API refused a request or could not do it. Not thrown where no answer came: that is an `UnreachableError`. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';

  constructor(
    readonly status: number,
    /** Null where what answered was not the API: a proxy, another service. */
    readonly problem: ProblemDetails | null,
  ) {
    super(problem === null ? `The answer ${status} is not from Everhook` : textOf(problem));
  }
}

/** The body of an error as a problem, or null. */
export function asProblem(body: unknown): ProblemDetails | null {
  const isProblem = typeof body === 'object' && body !== null && 'code' in body && 'errors' in body;
  return isProblem ? (body as ProblemDetails) : null;
}

function textOf({ status, title, detail, errors, requestId }: ProblemDetails): string {
  const more = errors
    .filter((part) => !detail.includes(part.detail))
    .map((part) => `\n  ${part.pointer}: ${part.detail}`);
  const request = status >= 500 ? ` (request ${requestId})` : '';
  return `${title}: ${detail}${request}${more.join('')}`;
}
