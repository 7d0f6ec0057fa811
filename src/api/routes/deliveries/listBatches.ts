import * as store from '../../../store/readBatches.js';
import type { Api } from '../../api.js';
import { deliveryRef } from '../../deliveryRef.js';
import type { ApiDeps } from '../../apiDeps.js';
import { found } from '../../found.js';
import { batchSummary } from '../../schemas/batchSchemas.js';
import { listOf, listQuery, numberCursor, numberPage, pageOf } from '../../schemas/lists.js';
import { deliveryParams } from '../../schemas/params.js';
import { problemResponses } from '../../schemas/problemResponses.js';
import { showBatch } from '../../showBatch.js';
import { z } from 'zod';

export function listBatches(app: Api, { pool }: ApiDeps): void {
  app.get(
    '/v1/tenants/:tenant/deliveries/:deliveryId/batches',
    {
      config: { scope: 'read' },
      schema: {
        tags: ['deliveries'],
        operationId: 'listBatches',
        summary: "List the batches of a delivery that brings an import's rows, the first one first",
        params: deliveryParams,
        querystring: z.strictObject(listQuery),
        response: { 200: listOf(batchSummary).describe('A page'), ...problemResponses() },
      },
    },
    async (request) => {
      const { query } = request;
      const run = found(
        await store.readBatchProgress(pool, deliveryRef(request)),
        'delivery in batches',
      );
      const rows = await store.listBatches(pool, run.id, numberPage(query));
      return pageOf(rows, query.limit, numberCursor, (row) => showBatch(run, row));
    },
  );
}
