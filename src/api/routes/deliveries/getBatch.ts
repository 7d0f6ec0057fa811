import { readBatch, readBatchAttempts, readBatchProgress } from '../../../store/readBatches.js';
import type { Api } from '../../api.js';
import { deliveryRef } from '../../deliveryRef.js';
import type { ApiDeps } from '../../apiDeps.js';
import { found } from '../../found.js';
import { batchShown } from '../../schemas/batchSchemas.js';
import { noQuery } from '../../schemas/nothing.js';
import { batchParams } from '../../schemas/params.js';
import { problemResponses } from '../../schemas/problemResponses.js';
import { showBatchWhole } from '../../showBatch.js';

export function getBatch(app: Api, { pool }: ApiDeps): void {
  app.get(
    '/v1/tenants/:tenant/deliveries/:deliveryId/batches/:number',
    {
      config: { scope: 'read' },
      schema: {
        tags: ['deliveries'],
        operationId: 'getBatch',
        summary: 'Get a batch with its attempts and what was answered to them',
        params: batchParams,
        querystring: noQuery,
        response: { 200: batchShown, ...problemResponses() },
      },
    },
    async (request) => {
      const { number } = request.params;
      const ref = deliveryRef(request);
      const run = found(await readBatchProgress(pool, ref), 'delivery in batches');
      const batch = found(await readBatch(pool, run.id, number), 'batch');
      return showBatchWhole(run, batch, await readBatchAttempts(pool, run.id, number));
    },
  );
}
