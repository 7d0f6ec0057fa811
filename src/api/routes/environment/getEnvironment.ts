import { readEnvironment } from '../../../store/environments.js';
import type { Api } from '../../api.js';
import type { ApiDeps } from '../../apiDeps.js';
import { environmentShown, showEnvironment } from '../../schemas/environmentSchemas.js';
import { noParams, noQuery } from '../../schemas/nothing.js';
import { problemResponses } from '../../schemas/problemResponses.js';

export function getEnvironment(app: Api, { pool }: ApiDeps): void {
  app.get(
    '/v1/environment',
    {
      config: { scope: 'read' },
      schema: {
        tags: ['environment'],
        operationId: 'getEnvironment',
        summary: 'Get the settings of the environment that the API key belongs to',
        params: noParams,
        querystring: noQuery,
        response: { 200: environmentShown, ...problemResponses() },
      },
    },
    async ({ principal }) => showEnvironment(await readEnvironment(pool, principal.environment)),
  );
}
