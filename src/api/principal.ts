import type { Scope } from '../domain/scopes.js';
import type { Environment } from '../domain/words.js';

/** What a principal may do. */
export type Rights = Pick<Principal, 'environment' | 'tenant' | 'scopes' | 'expiresAt'>;

/** On whose behalf a request is made, and what they may do. */
export interface Principal {
  kind: 'apiKey';
  /** Of the key: its bare UUID, and its name. */
  keyId: string;
  name: string;
  environment: Environment;
  /** Null: all tenants of the environment. */
  tenant: string | null;
  scopes: readonly Scope[];
  /** Null: no end. What they make for others ends no later. */
  expiresAt: Date | null;
}
