import { z } from 'zod';
import { maxSecretOverlapSeconds, secretOverlapSeconds } from '../../../domain/limits.js';
import { Problem } from '../../../domain/problem.js';
import { maxRotationDays } from '../../../domain/secretRotation.js';
import { readSecretRotation, setSecretRotation } from '../../../store/secretRotations.js';
import type { Api } from '../../api.js';
import type { ApiDeps } from '../../apiDeps.js';
import { endpointRef } from '../../endpointRef.js';
import { found } from '../../found.js';
import { secretRotationShown } from '../../schemas/endpointSchemas.js';
import { givenMoment } from '../../schemas/moment.js';
import { noQuery } from '../../schemas/nothing.js';
import { endpointParams } from '../../schemas/params.js';
import { problemResponses } from '../../schemas/problemResponses.js';
import { showSecretRotation } from '../../showSecretRotation.js';

const dayMs = 86_400_000;

const newSecretRotation = z
  .strictObject({
    everyDays: z
      .int()
      .min(1)
      .max(maxRotationDays)
      .nullable()
      .default(null)
      .describe('Again and again after so many days; null: once, at `nextAt`'),
    nextAt: givenMoment.optional().describe('When the next one is; after `everyDays` if absent'),
    overlapSeconds: z
      .int()
      .min(0)
      .max(maxSecretOverlapSeconds)
      .default(secretOverlapSeconds)
      .describe('How long the old secrets sign beside each new one'),
  })
  .refine(({ everyDays, nextAt }) => everyDays !== null || nextAt !== undefined, {
    error: 'Say how often (`everyDays`), when (`nextAt`), or both',
  })
  .meta({ id: 'NewSecretRotation' });

export function putSecretRotation(app: Api, { pool }: ApiDeps): void {
  app.put(
    '/v1/tenants/:tenant/endpoints/:endpointId/secret/rotation',
    {
      config: { scope: 'endpoints' },
      schema: {
        tags: ['endpoints'],
        operationId: 'putSecretRotation',
        summary: 'Have an endpoint get a new secret at a moment, or every so many days',
        params: endpointParams,
        querystring: noQuery,
        body: newSecretRotation,
        response: { 200: secretRotationShown, ...problemResponses('invalid_request') },
      },
    },
    async (request) => {
      const { nextAt: nextAtMs, ...rotation } = request.body;
      if (nextAtMs !== undefined) refuseMoment(nextAtMs);
      const endpoint = endpointRef(request);
      const wanted = { ...rotation, nextAt: nextAtMs === undefined ? null : new Date(nextAtMs) };
      found((await setSecretRotation(pool, endpoint, wanted, request.actor)) || null, 'endpoint');
      return showSecretRotation(
        found(await readSecretRotation(pool, endpoint.endpointId), 'endpoint'),
      );
    },
  );
}

function refuseMoment(atMs: number): void {
  const aheadMs = atMs - Date.now();
  if (aheadMs > 0 && aheadMs <= maxRotationDays * dayMs) return;
  const detail =
    aheadMs > 0
      ? `It is more than ${maxRotationDays} days ahead`
      : 'This moment is past; to rotate now, POST …/secret/rotate';
  throw new Problem('invalid_request', `${detail}.`, [{ pointer: '/nextAt', detail }]);
}
