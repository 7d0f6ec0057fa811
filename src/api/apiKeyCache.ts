import { apiKeyDigest, isApiKeyText } from '../store/apiKeyText.js';
import { useApiKey } from '../store/apiKeys.js';
import type { Pool } from '../store/pool.js';
import type { Principal } from './principal.js';

/** How long a look-up holds, and so how long a revoked key may still work. */
const maxAgeMs = 5_000;
/** Keys remembered; the one looked up longest ago makes room. */
const maxKeys = 1_000;

interface Entry {
  principal: Promise<Principal | null>;
  untilMs: number;
}

/**
 * Looks keys up in Postgres and remembers them for a few seconds, since each of thousands of requests a second carries
 * one. Requests that come during a look-up share it. Keys that don't exist are not remembered, so that guessing can't
 * push out those that do.
 */
export class ApiKeyCache {
  private readonly entries = new Map<string, Entry>();

  constructor(private readonly pool: Pool) {}

  /** Null if the text is no key, or one that was revoked or has expired. */
  async principalOf(keyText: string): Promise<Principal | null> {
    if (!isApiKeyText(keyText)) return null;
    const sha256 = apiKeyDigest(keyText);
    const name = sha256.toString('base64');
    const nowMs = Date.now();
    const known = this.entries.get(name);
    const entry =
      known !== undefined && known.untilMs > nowMs ? known : this.lookUp(name, sha256, nowMs);
    const principal = await entry.principal;
    const expired = principal?.expiresAt != null && principal.expiresAt.getTime() <= Date.now();
    return expired ? null : principal;
  }

  private lookUp(name: string, sha256: Buffer, nowMs: number): Entry {
    const entry = { principal: this.read(sha256), untilMs: nowMs + maxAgeMs };
    const forget = (): void => {
      if (this.entries.get(name) === entry) this.entries.delete(name);
    };
    entry.principal.then((principal) => {
      if (principal === null) forget();
    }, forget);
    this.entries.delete(name);
    this.entries.set(name, entry);
    const oldest = this.entries.keys().next().value;
    if (this.entries.size > maxKeys && oldest !== undefined) this.entries.delete(oldest);
    return entry;
  }

  private async read(sha256: Buffer): Promise<Principal | null> {
    const record = await useApiKey(this.pool, sha256);
    if (record === null) return null;
    const { id: keyId, name, environment, tenant, scopes, expiresAt } = record;
    return { kind: 'apiKey', keyId, name, environment, tenant, scopes, expiresAt };
  }
}
