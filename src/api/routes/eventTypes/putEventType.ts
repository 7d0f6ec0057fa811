import * as store from '../../../store/eventTypes.js';
import { inTransaction } from '../../../store/pool.js';
import type { Api } from '../../api.js';
import { declareEventType } from '../../declareEventType.js';
import type { ApiDeps } from '../../apiDeps.js';
import { readCatalogsOn } from '../../readCatalogsOn.js';
import { refuseReservedName } from '../../refuseReservedName.js';
import { eventTypeInput, eventTypeShown } from '../../schemas/eventTypeSchemas.js';
import { noQuery } from '../../schemas/nothing.js';
import { eventTypeParams } from '../../schemas/params.js';
import { bodyProblemResponses } from '../../schemas/problemResponses.js';
import { sendJsonText } from '../../sendJsonText.js';
import { showEventType } from '../../showEventType.js';

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
    async ({ principal: { environment }, actor, params: { name }, body, bodyText }, reply) => {
      const { title = null, description = null, group = null, rows = null } = body;
      const declaration = {
        title,
        description,
        group,
        rows,
        ...declareEventType(bodyText ?? '{}'),
      };
      const { record, created } = await inTransaction(pool, async (client) => {
        await store.lockTypeNames(client, environment);
        refuseReservedName(name, await readCatalogsOn(client, environment));
        return await store.putEventType(client, environment, name, declaration, actor);
      });
      if (created) void reply.code(201).header('location', `/v1/event-types/${name}`);
      return sendJsonText(reply, showEventType(record));
    },
  );
}
