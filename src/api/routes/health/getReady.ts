import { z } from 'zod';
import type { Api } from '../../api.js';
import type { ApiDeps } from '../../apiDeps.js';
import { noParams, noQuery } from '../../schemas/nothing.js';

const readiness = z
  .object({
    ready: z.boolean(),
    parts: z.record(z.string(), z.string()).describe('Part → `ok`, or what is wrong with it'),
  })
  .meta({ id: 'Readiness' });

export function getReady(app: Api, deps: ApiDeps): void {
  app.get(
    '/health/ready',
    {
      schema: {
        tags: ['health'],
        operationId: 'getReady',
        summary: 'Whether the process can do its work',
        security: [],
        params: noParams,
        querystring: noQuery,
        response: { 200: readiness.describe('Ready'), 503: readiness.describe('Not ready') },
      },
    },
    async (_request, reply) => {
      const report = await deps.readiness();
      return reply.code(report.ready ? 200 : 503).send(report);
    },
  );
}
