import * as store from '../../../store/eventTypes.js';
import type { Api } from '../../api.js';
import type { ApiDeps } from '../../apiDeps.js';
import { found } from '../../found.js';
import { eventTypeShown } from '../../schemas/eventTypeSchemas.js';
import { noQuery } from '../../schemas/nothing.js';
import { eventTypeParams } from '../../schemas/params.js';
import { problemResponses } from '../../schemas/problemResponses.js';
import { sendJsonText } from '../../sendJsonText.js';
import { showEventType } from '../../showEventType.js';

export function getEventType(app: Api, { pool }: ApiDeps): void {
  app.get(
    '/v1/event-types/:name',
    {
      config: { scope: 'read' },
      schema: {
        tags: ['event types'],
        operationId: 'getEventType',
        summary: 'Get a declared event type',
        params: eventTypeParams,
        querystring: noQuery,
        response: { 200: eventTypeShown, ...problemResponses() },
      },
    },
    async ({ principal, params }, reply) => {
      const record = await store.readEventType(pool, principal.environment, params.name);
      return sendJsonText(reply, showEventType(found(record, 'event type')));
    },
  );
}
