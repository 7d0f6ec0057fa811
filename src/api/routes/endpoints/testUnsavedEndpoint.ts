import type { Api } from '../../api.js';
import type { ApiDeps } from '../../apiDeps.js';
import { endpointUrl } from '../../endpointUrl.js';
import { endpointDefaults } from '../../schemas/endpointFields.js';
import { endpointTestShown, unsavedEndpoint } from '../../schemas/endpointTestSchemas.js';
import { noQuery } from '../../schemas/nothing.js';
import { tenantParams } from '../../schemas/params.js';
import { postProblemResponses } from '../../schemas/problemResponses.js';
import { sendTest } from '../../sendTest.js';

export function testUnsavedEndpoint(app: Api, deps: ApiDeps): void {
  app.post(
    '/v1/tenants/:tenant/endpoints/test',
    {
      config: { scope: 'endpoints' },
      schema: {
        tags: ['endpoints'],
        operationId: 'testUnsavedEndpoint',
        summary: 'Send a sample to where an endpoint might be, without saving any',
        description:
          'One attempt, never retried, of an event that is not stored. Answers 200 also when the receiver failed.',
        params: tenantParams,
        querystring: noQuery,
        body: unsavedEndpoint,
        response: {
          200: endpointTestShown.describe('What came back'),
          ...postProblemResponses('data_unfit_for_format'),
        },
      },
    },
    async ({ principal: { environment }, params: { tenant }, body }) => {
      const { url, eventType, secret, signatures, format, headers } = body;
      const target = {
        environment,
        tenant,
        endpointId: null,
        url: endpointUrl(deps.guard, url),
        format: format ?? endpointDefaults.format,
        headers: headers ?? endpointDefaults.headers,
        signatures: [...(signatures ?? endpointDefaults.signatures)],
        timeoutMs: null,
        secrets: secret === undefined ? [] : [secret],
      };
      return await sendTest(deps, target, eventType);
    },
  );
}
