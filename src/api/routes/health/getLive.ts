import { z } from 'zod';
import type { Api } from '../../api.js';
import { noParams, noQuery } from '../../schemas/nothing.js';

export function getLive(app: Api): void {
  app.get(
    '/health/live',
    {
      schema: {
        tags: ['health'],
        operationId: 'getLive',
        summary: 'Whether the process answers',
        security: [],
        params: noParams,
        querystring: noQuery,
        response: { 200: z.object({ live: z.literal(true) }).describe('It does') },
      },
    },
    async () => ({ live: true as const }),
  );
}
