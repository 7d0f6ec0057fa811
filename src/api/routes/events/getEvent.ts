import * as store from '../../../store/readEvents.js';
import type { Api } from '../../api.js';
import { bareId } from '../../bareId.js';
import type { ApiDeps } from '../../apiDeps.js';
import { found } from '../../found.js';
import { eventShown, showEvent } from '../../schemas/eventSchemas.js';
import { noQuery } from '../../schemas/nothing.js';
import { eventParams } from '../../schemas/params.js';
import { problemResponses } from '../../schemas/problemResponses.js';
import { sendJsonText } from '../../sendJsonText.js';
import { spliceJson } from '../../spliceJson.js';

export function getEvent(app: Api, { pool }: ApiDeps): void {
  app.get(
    '/v1/tenants/:tenant/events/:eventId',
    {
      config: { scope: 'read' },
      schema: {
        tags: ['events'],
        operationId: 'getEvent',
        summary: 'Get an event with its data',
        params: eventParams,
        querystring: noQuery,
        response: { 200: eventShown, ...problemResponses() },
      },
    },
    async ({ principal: { environment }, params: { tenant, eventId } }, reply) => {
      const ref = { environment, tenant, eventId: bareId('event', eventId) };
      const record = found(await store.readEvent(pool, ref), 'event');
      const { data } = record;
      const shown = { ...showEvent(record), payloadExpired: data === null };
      return sendJsonText(reply, spliceJson(shown, data === null ? {} : { data }));
    },
  );
}
