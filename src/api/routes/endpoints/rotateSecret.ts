import { z } from 'zod';
import { generateSecret } from '../../../delivery/signing/generateSecret.js';
import { secretKind as kindOf } from '../../../domain/signing/secretKind.js';
import { maxSecretOverlapSeconds, secretOverlapSeconds } from '../../../domain/limits.js';
import * as store from '../../../store/endpointSecrets.js';
import type { Api } from '../../api.js';
import type { ApiDeps } from '../../apiDeps.js';
import { endpointRef } from '../../endpointRef.js';
import { found } from '../../found.js';
import { refuseTwoChoices, secretChoice } from '../../schemas/endpointFields.js';
import { secretRotated } from '../../schemas/endpointSchemas.js';
import { noQuery } from '../../schemas/nothing.js';
import { endpointParams } from '../../schemas/params.js';
import { postProblemResponses } from '../../schemas/problemResponses.js';
import { showSecrets } from '../../showSecrets.js';

const newRotation = z
  .strictObject({
    overlapSeconds: z
      .int()
      .min(0)
      .max(maxSecretOverlapSeconds)
      .default(secretOverlapSeconds)
      .describe('How long the old secrets sign beside the new one; 0: they end at once'),
    ...secretChoice,
  })
  .superRefine(refuseTwoChoices);

export function rotateSecret(app: Api, { pool, sealer }: ApiDeps): void {
  app.post(
    '/v1/tenants/:tenant/endpoints/:endpointId/secret/rotate',
    {
      config: { scope: 'endpoints', secretMembers: ['secret'] },
      schema: {
        tags: ['endpoints'],
        operationId: 'rotateSecret',
        summary: 'Give an endpoint a new secret',
        params: endpointParams,
        querystring: noQuery,
        body: newRotation,
        response: {
          200: secretRotated.describe(
            'Rotated; given again for an idempotency key, without secrets',
          ),
          ...postProblemResponses('secret_limit'),
        },
      },
    },
    async (request, reply) => {
      const { overlapSeconds, secret, secretKind } = request.body;
      const endpoint = endpointRef(request);
      const rotation = {
        overlapSeconds,
        makeSecret: (newest: string) => secret ?? generateSecret(secretKind ?? kindOf(newest)),
      };
      const live = await store.rotateSecret(pool, sealer, endpoint, rotation, request.actor);
      void reply.header('cache-control', 'no-store');
      return showSecrets(found(live, 'endpoint'));
    },
  );
}
