/** Who changes something: whoever has an API key, or the service itself and what works for its operator. */
export const actorKinds = ['key', 'system'] as const;
export type ActorKind = (typeof actorKinds)[number];

export interface Actor {
  kind: ActorKind;
  /** The bare UUID of the API key; null: it is none. */
  keyId: string | null;
  /** Of the key at that moment, or of what works for the operator. */
  name: string;
  /** Of the request; null: there was none. */
  requestId: string | null;
}

/** Everybody who is no API key. */
export const systemActors = {
  /** By itself, since an endpoint's answers ask for it. */
  service: systemActor('Everhook'),
  /** An operator in the Temporal UI. Who it was, the workflow's history says; workflow code isn't told. */
  temporal: systemActor('Temporal'),
  /** The `everhook` command, where it writes to the database itself. */
  command: systemActor('command'),
  firstStart: systemActor('first start'),
} as const;

/** One who is no API key. */
export function systemActor(name: string): Actor {
  return { kind: 'system', keyId: null, name, requestId: null };
}

/** What the audit log tells of: a thing, a dot, and what was done to it. */
export const auditActions = [
  ...(['api_key.created', 'api_key.revoked'] as const),
  ...(['delivery.cancelled', 'delivery.paused', 'delivery.resumed', 'delivery.retried'] as const),
  ...(['endpoint.created', 'endpoint.changed', 'endpoint.deleted'] as const),
  ...(['endpoint.disabled', 'endpoint.enabled', 'endpoint.paused', 'endpoint.resumed'] as const),
  ...(['endpoint.retried', 'endpoint.secret_rotated'] as const),
  ...(['endpoint.secret_rotation_changed'] as const),
  ...(['environment.changed'] as const),
  ...(['event_type.created', 'event_type.changed', 'event_type.deleted'] as const),
  ...(['import.cancelled', 'import.paused', 'import.resumed'] as const),
  ...(['jwt_key.created', 'jwt_key.deleted'] as const),
  ...(['recovery.cancelled', 'recovery.created'] as const),
  ...(['tenant.created', 'tenant.changed', 'tenant.deleted'] as const),
] as const;
export type AuditAction = (typeof auditActions)[number];
