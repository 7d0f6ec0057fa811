import type { Api } from '../../api.js';
import type { ApiDeps } from '../../apiDeps.js';
import { importCompleted } from '../../schemas/importCompleted.js';
import { noQuery } from '../../schemas/nothing.js';
import { importParams } from '../../schemas/params.js';
import { postProblemResponses } from '../../schemas/problemResponses.js';
import { sendJsonText } from '../../sendJsonText.js';

export function completeImport(app: Api, { intake }: ApiDeps): void {
  app.post(
    '/v1/tenants/:tenant/imports/:importId/complete',
    {
      config: { scope: 'send', traced: true },
      schema: {
        tags: ['imports'],
        operationId: 'completeImport',
        summary: 'Say that an import has all its rows, and have its events made',
        description:
          'One event per entry of its `eventTypes`, all of them or, where one is refused, none. ' +
          'Asked again, the first answer comes again.',
        params: importParams,
        querystring: noQuery,
        response: {
          202: importCompleted.describe('Complete; its events are on their way'),
          ...postProblemResponses(
            ...([
              'import_not_open',
              'rows_expired',
              'undeclared_type',
              'data_breaks_schema',
            ] as const),
            ...(['data_breaks_rule', 'claims_refused', 'data_unfit_for_format'] as const),
          ),
        },
      },
    },
    async ({ principal: { environment }, params: { tenant, importId }, span }, reply) => {
      const ref = { environment, tenant, name: importId };
      const answer = await intake.completeImport(ref, span?.traceParent ?? null);
      return sendJsonText(reply.code(202), answer);
    },
  );
}
