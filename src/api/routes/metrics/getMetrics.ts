import { z } from 'zod';
import type { Api } from '../../api.js';
import type { ApiDeps } from '../../apiDeps.js';
import { permitMetrics } from '../../permitMetrics.js';
import { noParams, noQuery } from '../../schemas/nothing.js';
import { problemResponses } from '../../schemas/problemResponses.js';
import { sendText } from '../../sendText.js';

const mediaType = 'text/plain';

export function getMetrics(app: Api, { metricsPage, settings }: ApiDeps): void {
  app.get(
    '/metrics',
    {
      schema: {
        tags: ['health'],
        operationId: 'getMetrics',
        summary: 'The metrics of this process, for Prometheus',
        description:
          'From the machine itself; with `EVERHOOK_METRICS_TOKEN` set, from anywhere with that as the bearer token.',
        security: [],
        params: noParams,
        querystring: noQuery,
        response: {
          200: { description: 'The metrics', content: { [mediaType]: { schema: z.string() } } },
          ...problemResponses('unauthorized', 'forbidden'),
        },
      },
    },
    async (request, reply) => {
      permitMetrics(request, settings.metricsToken);
      // The version of the text format, by which Prometheus reads it.
      return sendText(reply, `${mediaType}; version=0.0.4; charset=utf-8`, await metricsPage());
    },
  );
}
