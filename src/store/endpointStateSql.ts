import type { EndpointState } from '../domain/words.js';

/** Of a row `e` of `endpoints`. All but `open` are found by the index `endpoints_closed`, whose condition they imply. */
export const endpointStateConditions: Readonly<Record<EndpointState, string>> = {
  disabled: '(NOT e.enabled AND e.disabled_reason IS NOT NULL)',
  paused: '(e.enabled AND e.paused_at IS NOT NULL)',
  down: '(e.enabled AND e.paused_at IS NULL AND e.circuit_opened_at IS NOT NULL)',
  open: '(e.enabled AND e.paused_at IS NULL AND e.circuit_opened_at IS NULL)',
};

/** The state of a row `e` of `endpoints`, as text. */
export const endpointStateSql = `CASE ${Object.entries(endpointStateConditions)
  .map(([state, condition]) => `WHEN ${condition} THEN '${state}'`)
  .join(' ')} END`;
