import { z } from 'zod';
import { type ProblemCode, problemCodes } from '../../domain/problem.js';

export const problemSchema = z
  .object({
    type: z.string().describe('A link to what the code means'),
    title: z.string(),
    status: z.int(),
    detail: z.string().describe('What is wrong this time, and how to mend it'),
    code: z.enum(Object.keys(problemCodes) as [ProblemCode, ...ProblemCode[]]),
    requestId: z.string(),
    errors: z.array(
      z.object({
        pointer: z
          .string()
          .describe('A JSON pointer into the body, or #path/…, #query/…, #header/…'),
        detail: z.string(),
      }),
    ),
    stored: z
      .int()
      .optional()
      .describe('Of an upload of rows: how many the import has now, the offset to go on from'),
  })
  .meta({ id: 'Problem', description: 'Problem details (RFC 9457)' });

/** What any route behind authentication may answer. */
const common: readonly ProblemCode[] = [
  'bad_request',
  'unauthorized',
  'forbidden',
  'not_found',
  'internal_error',
  'unavailable',
];
const withBody: readonly ProblemCode[] = [
  'invalid_json',
  'duplicate_member',
  'body_too_large',
  'unsupported_media_type',
  'invalid_request',
];

/**
 * The error answers of a route, by status, for its `response`. Declared as `object` so that the type of a route's
 * answer is made from its successes alone: errors are thrown and written by the error handler.
 */
export function problemResponses(...codes: ProblemCode[]): object {
  const byStatus = new Map<number, ProblemCode[]>();
  for (const code of new Set([...common, ...codes])) {
    const { status } = problemCodes[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  return Object.fromEntries(
    [...byStatus].map(([status, ofStatus]) => [
      status,
      {
        description: ofStatus.map((code) => `\`${code}\`: ${problemCodes[code].title}`).join('; '),
        content: { 'application/problem+json': { schema: problemSchema } },
      },
    ]),
  );
}

/** The same, for a POST: every one takes idempotency keys. */
export function postProblemResponses(...codes: ProblemCode[]): object {
  return bodyProblemResponses('request_in_flight', 'idempotency_key_reused', ...codes);
}

/** The same, for a route that takes a body. */
export function bodyProblemResponses(...codes: ProblemCode[]): object {
  return problemResponses(...withBody, ...codes);
}
