import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemActors } from '../domain/audit.js';
import type { Environment } from '../domain/words.js';
import { environments } from '../domain/words.js';
import { scopes } from '../domain/scopes.js';
import { createApiKey } from '../store/apiKeys.js';
import type { Pool } from '../store/pool.js';

/** With the embedded stack, receivers on the same machine are what one tries it with. */
export const loopbackNetworks = ['127.0.0.0/8', '::1/128'];

const ownerOnly = 0o600;

/** Where the embedded stack's encryption keys are, as `EVERHOOK_ENCRYPTION_KEYS` has them. */
export function encryptionKeysFile(dataFolder: string): string {
  return join(dataFolder, 'encryption-keys');
}

/** The embedded stack's encryption key, made at the first start and readable by its owner alone. */
export function embeddedEncryptionKeys(dataFolder: string): string {
  const file = encryptionKeysFile(dataFolder);
  if (!existsSync(file)) {
    writeFileSync(file, `k1:${randomBytes(32).toString('base64')}\n`, {
      mode: ownerOnly,
      flag: 'wx',
    });
  }
  return readFileSync(file, 'utf8').trim();
}

/** Where the embedded stack's API keys are. */
export function keysFileOf(dataFolder: string): string {
  return join(dataFolder, 'keys.json');
}

/** At the first start one API key per environment is made and written to `keys.json`. */
export async function writeFirstKeys(pool: Pool, keysFile: string): Promise<void> {
  if (existsSync(keysFile)) return;
  const keys: Partial<Record<Environment, string>> = {};
  for (const environment of environments) {
    const all = { environment, tenant: null, scopes: [...scopes], expiresAt: null };
    const { key } = await createApiKey(
      pool,
      { ...all, name: 'first key' },
      systemActors.firstStart,
    );
    keys[environment] = key;
  }
  writeFileSync(keysFile, `${JSON.stringify(keys, null, 2)}\n`, { mode: ownerOnly, flag: 'wx' });
}
