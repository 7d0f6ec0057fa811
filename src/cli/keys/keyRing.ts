import type { components } from '../../client/index.js';
import type { Scope } from '../../domain/scopes.js';

export type ShownKey = components['schemas']['ApiKey'];
export type CreatedKey = components['schemas']['ApiKeyCreated'];

export interface WantedKey {
  name: string;
  tenant?: string;
  scopes?: Scope[];
  /** ISO 8601. */
  expiresAt?: string;
}

/** The API keys of one environment: those of a service, or, where there is none yet, of its database. */
export interface KeyRing {
  create(wanted: WantedKey): Promise<CreatedKey>;
  /** Newest first, up to 250. */
  list(): Promise<ShownKey[]>;
  /** By its shown id, `key_…`. */
  revoke(id: string): Promise<void>;
  close(): Promise<void>;
}

export const maxKeysListed = 250;
