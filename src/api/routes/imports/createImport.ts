import { refuseFormatThatIsOff } from '../../../catalogs/endpointRules.js';
import { memberTexts } from '../../../domain/json/memberTexts.js';
import { Problem } from '../../../domain/problem.js';
import { checkOneOff } from '../../../intake/accept/checkOneOff.js';
import * as store from '../../../store/imports.js';
import { inTransaction } from '../../../store/pool.js';
import { lockTenant } from '../../../store/tenants.js';
import type { Api } from '../../api.js';
import { refuseReservedTenant, refuseReservedType } from '../../../intake/refuseReserved.js';
import type { ApiDeps } from '../../apiDeps.js';
import { readCatalogsOn } from '../../readCatalogsOn.js';
import { importShown, newImport } from '../../schemas/importSchemas.js';
import { noQuery } from '../../schemas/nothing.js';
import { tenantParams } from '../../schemas/params.js';
import { postProblemResponses } from '../../schemas/problemResponses.js';
import { sendJsonText } from '../../sendJsonText.js';
import { showImport } from '../../showImport.js';

export function createImport(app: Api, { pool, sealer, guard }: ApiDeps): void {
  app.post(
    '/v1/tenants/:tenant/imports',
    {
      config: { scope: 'send' },
      schema: {
        tags: ['imports'],
        operationId: 'createImport',
        summary: 'Create an import, to put rows into',
        params: tenantParams,
        querystring: noQuery,
        body: newImport,
        response: {
          201: importShown.describe('Created; it is open'),
          ...postProblemResponses('import_exists', 'reserved_for_service'),
        },
      },
    },
    async ({ principal: { environment }, params: { tenant }, body, bodyText }, reply) => {
      refuseReservedTenant(tenant);
      body.eventTypes?.forEach((type, index) => refuseReservedType(type, `/eventTypes/${index}`));
      const { endpoint = null, ...given } = checkOneOff(guard, body);
      const definition: store.ImportDefinition = {
        name: given.id ?? null,
        attributes: given.attributes ?? {},
        metadata: given.metadata ?? {},
        eventTypes: [...new Set(given.eventTypes)],
        data: memberTexts(bodyText ?? '{}')?.get('data') ?? null,
        endpoint,
        batchSize: given.batchSize ?? null,
        keepRows: given.keepRows ?? true,
      };
      if (endpoint?.format !== undefined) {
        const on = await readCatalogsOn(pool, environment);
        refuseFormatThatIsOff(endpoint.format, on, '/endpoint/format');
      }
      const record = await inTransaction(pool, async (client) => {
        await lockTenant(client, { environment, tenant });
        const created = await store.createImport(
          client,
          sealer,
          { environment, tenant },
          definition,
        );
        if (created === null) throw exists(definition.name);
        return created;
      });
      void reply.header('location', `/v1/tenants/${tenant}/imports/${record.name}`);
      return sendJsonText(reply.code(201), showImport(sealer, record, []));
    },
  );
}

function exists(name: string | null): Problem {
  const detail = `The environment has an import "${name}" already`;
  return new Problem('import_exists', `${detail}.`, [{ pointer: '/id', detail }]);
}
