import type { z } from 'zod';
import { publicKey } from '../delivery/signing/ed25519Key.js';
import { secretKind } from '../domain/signing/secretKind.js';
import type { LiveSecret } from '../store/endpointSecrets.js';
import type { endpointSecretsShown } from './schemas/endpointSchemas.js';

/** The secrets that sign now, newest first; of a key pair the public key alone. */
export function showSecrets(
  live: readonly LiveSecret[],
): Omit<z.output<typeof endpointSecretsShown>, 'rotation'> {
  const [newest] = live;
  if (newest === undefined) throw new Error('The endpoint has no live secret');
  return {
    ...keysOf(newest),
    secrets: live.map((one) => ({
      ...keysOf(one),
      createdAt: one.createdAt.toISOString(),
      expiresAt: one.expiresAt?.toISOString() ?? null,
    })),
  };
}

function keysOf({ secret }: LiveSecret): { secret: string | null; publicKey: string | null } {
  return secretKind(secret) === 'ed25519'
    ? { secret: null, publicKey: publicKey(secret) }
    : { secret, publicKey: null };
}
