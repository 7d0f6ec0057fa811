import type { Scope } from '../domain/scopes.js';
import type { Environment } from '../domain/words.js';

/** On whose behalf a request is made, and what they may do. */
export interface Principal {
  kind: 'apiKey';
  environment: Environment;
  /** Null: all tenants of the environment. */
  tenant: string | null;
  scopes: readonly Scope[];
  /** Null: no end. What they make for others ends no later. */
  expiresAt: Date | null;
}
