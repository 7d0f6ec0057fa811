import { z } from 'zod';
import { payloadGoneDetail } from '../../../domain/payloadRetention.js';
import { Problem } from '../../../domain/problem.js';
import { readEventType } from '../../../store/eventTypes.js';
import { readEvent } from '../../../store/readEvents.js';
import { readEndpointsBesideEvent } from '../../../store/readMatching.js';
import type { Api } from '../../api.js';
import { bareId } from '../../bareId.js';
import type { ApiDeps } from '../../apiDeps.js';
import { found } from '../../found.js';
import { readCatalogsOn } from '../../readCatalogsOn.js';
import { idCursor, idPage, listOf, listQuery, pageOf } from '../../schemas/lists.js';
import { matchingShown } from '../../schemas/matchingSchemas.js';
import { eventParams } from '../../schemas/params.js';
import { problemResponses } from '../../schemas/problemResponses.js';
import { showMatching } from '../../showMatching.js';

export function getMatching(app: Api, { pool }: ApiDeps): void {
  app.get(
    '/v1/tenants/:tenant/events/:eventId/matching',
    {
      config: { scope: 'read' },
      schema: {
        tags: ['events'],
        operationId: 'getMatching',
        summary: "Say of each of the tenant's endpoints why it did, or didn't, get an event",
        description:
          'Endpoints are matched as they are now, newest first; their deliveries were decided when the event was accepted.',
        params: eventParams,
        querystring: z.strictObject(listQuery),
        response: {
          200: listOf(matchingShown).describe('A page'),
          ...problemResponses('payload_expired'),
        },
      },
    },
    async ({ principal: { environment }, params: { tenant, eventId }, query }) => {
      const scope = { environment, tenant, eventId: bareId('event', eventId) };
      const { type, attributes, data } = found(await readEvent(pool, scope), 'event');
      if (data === null) throw new Problem('payload_expired', payloadGoneDetail);
      const endpoints = await readEndpointsBesideEvent(pool, scope, idPage(query));
      const catalogs = await readCatalogsOn(pool, environment);
      const known = catalogs.typeOf(type)?.type ?? (await readEventType(pool, environment, type));
      const bringsRows = (known?.rows ?? null) !== null;
      const event = { type, attributes, data: JSON.parse(data) as unknown, bringsRows };
      return pageOf(endpoints, query.limit, idCursor, (row) => showMatching(row, event, catalogs));
    },
  );
}
