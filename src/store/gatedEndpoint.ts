/** The members of a `GatedEndpoint` for `json_build_object`, of `endpoints e`. */
export const gatedMembers = `'enabled', e.enabled, 'deleted', e.deleted_at IS NOT NULL,
  'disabledReason', e.disabled_reason, 'paused', e.paused_at IS NOT NULL, 'circuitOpen', e.circuit_opened_at IS NOT NULL,
  'ordered', e.ordered, 'paced', e.rate_limit_per_second IS NOT NULL OR e.max_in_flight IS NOT NULL`;
