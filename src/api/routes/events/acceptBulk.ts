import { Problem } from '../../../domain/problem.js';
import type { Api } from '../../api.js';
import type { ApiDeps } from '../../apiDeps.js';
import { ndjsonLines } from '../../ndjsonLines.js';
import { bodyRulesOf, problemOf } from '../../plugins/problems.js';
import { zodValidator } from '../../plugins/zodSchemas.js';
import { lineResult, maxBulkLines, newEventLine } from '../../schemas/bulkSchemas.js';
import { noQuery } from '../../schemas/nothing.js';
import { tenantParams } from '../../schemas/params.js';
import { bodyProblemResponses } from '../../schemas/problemResponses.js';
import { sendText } from '../../sendText.js';
import { showAcceptedLine, showRefusedLine } from '../../showLineResult.js';

const mediaType = 'application/x-ndjson';

/** Each line is checked by the intake: the body's schema is for the OpenAPI document alone. */
export function acceptBulk(app: Api, { intake, log, settings }: ApiDeps): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    [mediaType, 'application/ndjson', 'application/jsonl'],
    { parseAs: 'buffer' },
    (_request, body, done) => done(null, body),
  );
  app.post(
    '/v1/tenants/:tenant/events/bulk',
    {
      config: { scope: 'send', idempotency: 'own', traced: true },
      bodyLimit: settings.maxBulkBytes,
      validatorCompiler: (route) => (route.httpPart === 'body' ? () => true : zodValidator(route)),
      schema: {
        tags: ['events'],
        operationId: 'acceptBulk',
        summary: `Submit up to ${maxBulkLines} events as NDJSON`,
        description:
          'A line is an event, with its own `idempotencyKey` if wanted; each is accepted or refused alone. ' +
          'Answered with NDJSON too, one line per line, in their order.',
        params: tenantParams,
        querystring: noQuery,
        consumes: [mediaType],
        body: newEventLine,
        response: {
          200: {
            description: 'What became of each line',
            content: { [mediaType]: { schema: lineResult } },
          },
          ...bodyProblemResponses(),
        },
      },
    },
    async (request, reply) => {
      if (request.headers['idempotency-key'] !== undefined) throw keyOfWhole();
      const lines = linesOf(request.body);
      const results = await intake.acceptBulk({
        environment: request.principal.environment,
        tenant: request.params.tenant,
        traceParent: request.span?.traceParent ?? null,
        lines: lines.map(({ bytes }) => bytes),
        maxLineBytes: settings.maxBodyBytes,
      });
      const shown = results.map((result, index) => {
        const line = lines[index]?.number ?? 0;
        if (result.status === 'fulfilled') return showAcceptedLine(line, result.value);
        const problem = problemOf(result.reason, bodyRulesOf(request));
        if (problem.code === 'internal_error') {
          log.error({ requestId: request.id, line, err: result.reason }, 'request failed');
        }
        return showRefusedLine(line, problem, request.id);
      });
      const text = shown.map((result) => `${JSON.stringify(result)}\n`).join('');
      return sendText(reply, `${mediaType}; charset=utf-8`, text);
    },
  );
}

function linesOf(body: unknown): ReturnType<typeof ndjsonLines> {
  const lines = body instanceof Uint8Array ? ndjsonLines(body, maxBulkLines + 1) : [];
  if (lines.length > 0 && lines.length <= maxBulkLines) return lines;
  const detail =
    lines.length === 0
      ? 'There is no line; send one event per line'
      : `There are more than ${maxBulkLines} lines; send the others in a further request`;
  throw new Problem('invalid_request', `${detail}.`, [{ pointer: '', detail }]);
}

/** Some of its lines may fail for a while, so that there is no one answer to remember. */
function keyOfWhole(): Problem {
  const detail = 'Give each line an idempotencyKey of its own instead';
  return new Problem('bad_request', `${detail}.`, [{ pointer: '#header/idempotency-key', detail }]);
}
