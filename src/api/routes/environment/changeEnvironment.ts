import * as store from '../../../store/environments.js';
import { lockTypeNames } from '../../../store/eventTypes.js';
import { inTransaction } from '../../../store/pool.js';
import type { Api } from '../../api.js';
import type { ApiDeps } from '../../apiDeps.js';
import {
  environmentPatch,
  environmentShown,
  showEnvironment,
} from '../../schemas/environmentSchemas.js';
import { noParams, noQuery } from '../../schemas/nothing.js';
import { bodyProblemResponses } from '../../schemas/problemResponses.js';
import { turnCatalogs } from '../../turnCatalogs.js';

export function changeEnvironment(app: Api, { pool }: ApiDeps): void {
  app.patch(
    '/v1/environment',
    {
      config: { scope: 'admin', wholeEnvironment: true },
      schema: {
        tags: ['environment'],
        operationId: 'changeEnvironment',
        summary:
          'Change settings of the environment by a JSON Merge Patch; null restores a default',
        consumes: ['application/merge-patch+json', 'application/json'],
        params: noParams,
        querystring: noQuery,
        body: environmentPatch,
        response: {
          200: environmentShown.describe('Changed'),
          ...bodyProblemResponses('catalog_conflict'),
        },
      },
    },
    async ({ principal: { environment }, actor, body: { undeclaredTypes, catalogs } }) =>
      inTransaction(pool, async (client) => {
        await lockTypeNames(client, environment);
        const changes = {
          ...(undeclaredTypes === undefined ? {} : { undeclaredTypes }),
          ...(catalogs === undefined
            ? {}
            : { catalogsOff: await turnCatalogs(client, environment, catalogs) }),
        };
        return showEnvironment(await store.changeEnvironment(client, environment, changes, actor));
      }),
  );
}
