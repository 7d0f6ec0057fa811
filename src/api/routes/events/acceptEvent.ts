import type { Api } from '../../api.js';
import type { ApiDeps } from '../../apiDeps.js';
import { zodValidator } from '../../plugins/zodSchemas.js';
import { eventAccepted, newEvent } from '../../schemas/eventSchemas.js';
import { idempotencyHeaders } from '../../schemas/idempotencyHeaders.js';
import { noQuery } from '../../schemas/nothing.js';
import { tenantParams } from '../../schemas/params.js';
import { postProblemResponses } from '../../schemas/problemResponses.js';
import { sendJsonText } from '../../sendJsonText.js';

/** What the intake checks itself: the body's and the headers' schemas are for the OpenAPI document alone. */
const checkedByIntake: readonly (string | undefined)[] = ['body', 'headers'];

/**
 * The path that thousands of requests a second take. The intake gets the raw bytes, since `data` is kept byte for byte,
 * and its answer is sent as the text that it is.
 */
export function acceptEvent(app: Api, { intake }: ApiDeps): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => {
    done(null, body);
  });
  app.post(
    '/v1/tenants/:tenant/events',
    {
      config: { scope: 'send', idempotency: 'own', traced: true },
      validatorCompiler: (route) =>
        checkedByIntake.includes(route.httpPart) ? () => true : zodValidator(route),
      schema: {
        tags: ['events'],
        operationId: 'acceptEvent',
        summary: 'Submit an event',
        description:
          'Answered once the event and its deliveries are stored for good. An event that no endpoint wants is accepted too.',
        params: tenantParams,
        querystring: noQuery,
        headers: idempotencyHeaders,
        body: newEvent,
        response: {
          202: eventAccepted.describe('Accepted, with one delivery per endpoint that wants it'),
          ...postProblemResponses(
            'undeclared_type',
            'reserved_for_service',
            'data_breaks_schema',
            'data_breaks_rule',
            'claims_refused',
            'data_unfit_for_format',
          ),
        },
      },
    },
    async (request, reply) => {
      const rawBody: unknown = request.body;
      const { body, status, replayed } = await intake.accept({
        environment: request.principal.environment,
        tenant: request.params.tenant,
        traceParent: request.span?.traceParent ?? null,
        rawBody: rawBody instanceof Uint8Array ? rawBody : new Uint8Array(),
        idempotencyKey: request.headers['idempotency-key'] ?? null,
      });
      if (replayed) void reply.header('idempotency-replayed', 'true');
      return sendJsonText(reply.code(status), body);
    },
  );
}
