import { z } from 'zod';
import { showId, uuidTimeMs } from '../../../domain/ids.js';
import { readQueues, type EndpointQueue } from '../../../store/readQueues.js';
import type { Api } from '../../api.js';
import type { ApiDeps } from '../../apiDeps.js';
import { isoOrNull } from '../../isoOrNull.js';
import { listQuery } from '../../schemas/lists.js';
import { noParams } from '../../schemas/nothing.js';
import { tenantId } from '../../schemas/params.js';
import { problemResponses } from '../../schemas/problemResponses.js';
import { queuesShown } from '../../schemas/queueSchemas.js';
import { tenantAsked } from '../../tenantAsked.js';

const queueQuery = z.strictObject({ limit: listQuery.limit, tenant: tenantId.optional() });

export function getQueues(app: Api, { pool }: ApiDeps): void {
  app.get(
    '/v1/queues',
    {
      config: { scope: 'read' },
      schema: {
        tags: ['stats'],
        operationId: 'getQueues',
        summary: 'See what waits and is retried, by endpoint, the longest queues first',
        params: noParams,
        querystring: queueQuery,
        response: { 200: queuesShown, ...problemResponses() },
      },
    },
    async ({ principal, query }) => {
      const { environment } = principal;
      const scope = { environment, tenant: tenantAsked(principal, query.tenant) };
      const { rows, isWhole } = await readQueues(pool, scope, query.limit);
      return { data: rows.map(showQueue), isWhole };
    },
  );
}

function showQueue(queue: EndpointQueue): z.output<typeof queuesShown>['data'][number] {
  const { tenant, url, state, isLooking, retrying, queued, oldestQueuedId: oldest } = queue;
  return {
    endpointId: showId('endpoint', queue.endpointId),
    ...{ tenant, url, state, retrying, queued },
    drain: isLooking === null ? null : isLooking ? 'looking' : 'resting',
    oldestQueuedAt: oldest === null ? null : new Date(uuidTimeMs(oldest)).toISOString(),
    nextProbeAt: isoOrNull(queue.nextProbeAt),
    rateLimitPerSecond: queue.rateLimitPerSecond,
  };
}
