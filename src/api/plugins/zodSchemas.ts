import type { FastifySchemaCompiler } from 'fastify';
import { serializerCompiler } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { Problem } from '../../domain/problem.js';
import { problemParts } from '../../intake/accept/problemParts.js';
import type { Api } from '../api.js';

type Issue = z.core.$ZodIssue;

const pointerStarts: Record<string, string> = {
  body: '',
  params: '#path',
  querystring: '#query',
  headers: '#header',
};

/** Requests are checked against their routes' zod schemas, and answers written by them. */
export function zodSchemas(app: Api): void {
  app.setValidatorCompiler(zodValidator);
  app.setSerializerCompiler(serializerCompiler);
}

/** The library's own compiler gives pointers unescaped and one status for all; this one gives problems. */
export const zodValidator: FastifySchemaCompiler<unknown> = ({ schema, httpPart = 'body' }) => {
  if (!(schema instanceof z.ZodType)) throw new Error('A route has a schema that is none of zod');
  return (data) => {
    const result = schema.safeParse(data);
    if (result.success) return { value: result.data };
    return { error: invalid(result.error.issues, httpPart) };
  };
};

/** The problem that the issues of a zod schema amount to: a broken rule in the body, a malformed request elsewhere. */
export function invalid(issues: readonly Issue[], httpPart: string): Problem {
  const parts = problemParts(issues, pointerStarts[httpPart]);
  const [first] = parts;
  const more = parts.length > 1 ? ` (and ${parts.length - 1} more, see "errors")` : '';
  const place = first === undefined || first.pointer === '' ? 'The body' : first.pointer;
  return new Problem(
    httpPart === 'body' ? 'invalid_request' : 'bad_request',
    `${place}: ${first?.detail ?? 'is not valid.'}${more}`,
    parts,
  );
}
