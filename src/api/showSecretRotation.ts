import type { z } from 'zod';
import type { SecretRotation } from '../domain/secretRotation.js';
import type { secretRotationShown } from './schemas/endpointSchemas.js';

export function showSecretRotation({
  everyDays,
  overlapSeconds,
  nextAt,
}: SecretRotation): z.output<typeof secretRotationShown> {
  return { everyDays, nextAt: nextAt.toISOString(), overlapSeconds };
}
