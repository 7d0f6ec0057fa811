import * as store from '../../../store/eventTypes.js';
import type { Api } from '../../api.js';
import type { ApiDeps } from '../../apiDeps.js';
import { found } from '../../found.js';
import { readCatalogsOn } from '../../readCatalogsOn.js';
import { refuseReservedName } from '../../refuseReservedName.js';
import { noContent, noQuery } from '../../schemas/nothing.js';
import { eventTypeParams } from '../../schemas/params.js';
import { problemResponses } from '../../schemas/problemResponses.js';

export function deleteEventType(app: Api, { pool }: ApiDeps): void {
  app.delete(
    '/v1/event-types/:name',
    {
      config: { scope: 'admin', wholeEnvironment: true },
      schema: {
        tags: ['event types'],
        operationId: 'deleteEventType',
        summary: 'Remove the declaration of an event type',
        description: 'Its events are accepted as before, without a schema to fit.',
        params: eventTypeParams,
        querystring: noQuery,
        response: { 204: noContent, ...problemResponses('name_reserved') },
      },
    },
    async ({ principal: { environment }, actor, params: { name } }, reply) => {
      refuseReservedName(name, await readCatalogsOn(pool, environment));
      const deleted = await store.deleteEventType(pool, environment, name, actor);
      found(deleted ? name : null, 'event type');
      return reply.code(204).send();
    },
  );
}
