import { Problem } from '../../../domain/problem.js';
import * as store from '../../../store/eventTypes.js';
import type { Api } from '../../api.js';
import { declareEventType } from '../../declareEventType.js';
import type { ApiDeps } from '../../apiDeps.js';
import { eventTypeInput, eventTypeShown } from '../../schemas/eventTypeSchemas.js';
import { noQuery } from '../../schemas/nothing.js';
import { eventTypeParams } from '../../schemas/params.js';
import { bodyProblemResponses } from '../../schemas/problemResponses.js';
import { sendJsonText } from '../../sendJsonText.js';
import { showEventType } from '../../showEventType.js';

/** For the service's own events, about endpoints and deliveries. */
const reservedStart = 'everhook.';

export function putEventType(app: Api, { pool }: ApiDeps): void {
  app.put(
    '/v1/event-types/:name',
    {
      config: { scope: 'admin', wholeEnvironment: true },
      schema: {
        tags: ['event types'],
        operationId: 'putEventType',
        summary: 'Declare an event type, or declare it anew',
        params: eventTypeParams,
        querystring: noQuery,
        body: eventTypeInput,
        response: {
          200: eventTypeShown.describe('Changed'),
          201: eventTypeShown.describe('Declared'),
          ...bodyProblemResponses('name_reserved'),
        },
      },
    },
    async ({ principal: { environment }, params: { name }, body, bodyText }, reply) => {
      if (name.startsWith(reservedStart)) {
        const detail = `Names that begin with "${reservedStart}" are the service's own.`;
        throw new Problem('name_reserved', detail, [{ pointer: '#path/name', detail }]);
      }
      const { title = null, description = null, group = null } = body;
      const declaration = { title, description, group, ...declareEventType(bodyText ?? '{}') };
      const { record, created } = await store.putEventType(pool, environment, name, declaration);
      if (created) void reply.code(201).header('location', `/v1/event-types/${name}`);
      return sendJsonText(reply, showEventType(record));
    },
  );
}
