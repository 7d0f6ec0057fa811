import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { Problem, problemCodes } from '../../domain/problem.js';
import type { Api } from '../api.js';
import type { ApiDeps } from '../apiDeps.js';
import { isDatabaseAway } from '../problems/isDatabaseAway.js';
import { problemDetails } from '../problems/problemDetails.js';

const retryAfterSeconds = 1;
const json = 'application/json';

/** What the route of a request takes as its body. */
interface BodyRules {
  maxBodyBytes: number;
  mediaType: string;
}

/** Every error leaves as problem details (RFC 9457); what is our own fault is logged, and told to nobody else. */
export function problems(app: Api, { log }: Pick<ApiDeps, 'log'>): void {
  app.setErrorHandler<FastifyError>((error, request, reply) => {
    const problem = problemOf(error, bodyRulesOf(request));
    const { status } = problemCodes[problem.code];
    if (status >= 500) {
      const { method, url } = request.routeOptions;
      const level = problem.code === 'internal_error' ? 'error' : 'warn';
      log[level]({ requestId: request.id, method, route: url, err: error }, 'request failed');
    }
    return sendProblem(reply, request, problem);
  });
}

/** The rules of a request's route, for `problemOf`. */
export function bodyRulesOf({ routeOptions: { bodyLimit, schema } }: FastifyRequest): BodyRules {
  const [first = json, ...others] = schema?.consumes ?? [];
  return { maxBodyBytes: bodyLimit, mediaType: others.includes(json) ? json : first };
}

/** For what Fastify refuses before it has found a route: `frameworkErrors` of its options. */
export function frameworkProblems({ settings }: Pick<ApiDeps, 'settings'>) {
  return (error: FastifyError, request: FastifyRequest, reply: FastifyReply): void => {
    void sendProblem(
      reply,
      request,
      problemOf(error, { maxBodyBytes: settings.maxBodyBytes, mediaType: json }),
    );
  };
}

/** Answers with a problem. */
export function sendProblem(
  reply: FastifyReply,
  request: FastifyRequest,
  problem: Problem,
): FastifyReply {
  const { status } = problemCodes[problem.code];
  if (problem.code === 'unauthorized') void reply.header('www-authenticate', 'Bearer');
  if (problem.code === 'unavailable') void reply.header('retry-after', retryAfterSeconds);
  // A string with a content type is sent as it is, past the serializers of the route.
  return reply
    .code(status)
    .header('content-type', 'application/problem+json; charset=utf-8')
    .send(JSON.stringify(problemDetails(problem, request.id)));
}

/** Any error as a problem: what Fastify itself refuses by its error code, what nobody expected as our own fault. */
export function problemOf(
  error: FastifyError | Problem,
  { maxBodyBytes, mediaType }: BodyRules,
): Problem {
  if (error instanceof Problem) return error;
  switch (error.code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return new Problem('body_too_large', `A body may have ${maxBodyBytes} bytes at most.`);
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return mediaTypeProblem(mediaType);
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
      return new Problem('bad_request', 'The body is shorter or longer than its Content-Length.');
    case 'FST_ERR_BAD_URL':
      return new Problem('bad_request', 'The path is not valid percent-encoding.');
    case 'FST_ERR_MAX_PARAM_LENGTH':
      return new Problem('not_found', 'A part of the path is longer than any id.');
    default:
      return isDatabaseAway(error)
        ? new Problem(
            'unavailable',
            'The database does not answer. Nothing was accepted; try again.',
          )
        : new Problem('internal_error', 'The fault is ours. It is logged under this requestId.');
  }
}

function mediaTypeProblem(mediaType: string): Problem {
  const detail = `Send the body with "Content-Type: ${mediaType}".`;
  return new Problem('unsupported_media_type', detail, [
    { pointer: '#header/content-type', detail },
  ]);
}
