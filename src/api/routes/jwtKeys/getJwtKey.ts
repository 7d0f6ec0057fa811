import * as store from '../../../store/jwtKeys.js';
import type { Api } from '../../api.js';
import type { ApiDeps } from '../../apiDeps.js';
import { bareId } from '../../bareId.js';
import { found } from '../../found.js';
import { jwtKeyShown, showJwtKey } from '../../schemas/jwtKeySchemas.js';
import { noQuery } from '../../schemas/nothing.js';
import { jwtKeyParams } from '../../schemas/params.js';
import { problemResponses } from '../../schemas/problemResponses.js';

export function getJwtKey(app: Api, { pool }: ApiDeps): void {
  app.get(
    '/v1/tenants/:tenant/jwt-keys/:keyId',
    {
      config: { scope: 'read' },
      schema: {
        tags: ['JWT keys'],
        operationId: 'getJwtKey',
        summary: 'Get a JWT key; a shared secret is never shown',
        params: jwtKeyParams,
        querystring: noQuery,
        response: { 200: jwtKeyShown, ...problemResponses() },
      },
    },
    async ({ principal: { environment }, params: { tenant, keyId } }) => {
      const id = bareId('jwtKey', keyId);
      const record = await store.readJwtKey(pool, { environment, tenant }, id);
      return showJwtKey(found(record, 'JWT key'));
    },
  );
}
