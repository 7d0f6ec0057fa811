import { factLines } from '../factLines.js';
import { paintEndpointState } from '../paint.js';
import { safeText } from '../safeText.js';
import type { Terminal } from '../terminal.js';
import { endpointState, stateDetail, type Endpoint } from './endpointState.js';

export const endpointTitles = ['ENDPOINT', 'STATE', 'TENANT', 'URL', 'TYPES', ''];

/** A line of a list of endpoints. */
export function endpointRow(endpoint: Endpoint, terminal: Terminal): string[] {
  const { id, tenant, url, eventTypes } = endpoint;
  const state = paintEndpointState(terminal, endpointState(endpoint));
  return [id, state, tenant, safeText(url), eventTypes.join(','), stateDetail(endpoint)];
}

/** `down since 2026-01-31T10:00:00.000Z, next probe …`, with its colour. */
export function stateLine(endpoint: Endpoint, terminal: Terminal): string {
  return `${paintEndpointState(terminal, endpointState(endpoint))} ${stateDetail(endpoint)}`.trimEnd();
}

/** An endpoint for a person. */
export function showEndpoint(endpoint: Endpoint, terminal: Terminal): string {
  const { id, tenant, url, eventTypes, format, description, health } = endpoint;
  const bounds = [
    endpoint.rateLimitPerSecond === null ? null : `${endpoint.rateLimitPerSecond} a second`,
    endpoint.maxInFlight === null ? null : `${endpoint.maxInFlight} at once`,
    endpoint.ordered ? `in order, on failure ${endpoint.onFailure}` : null,
  ].filter((bound) => bound !== null);
  const failures = health.consecutiveFailures;
  const lines = factLines([
    ['state', stateLine(endpoint, terminal)],
    ['failing', failures === 0 ? null : `${failures} in a row, since ${health.failingSince}`],
    ['tenant', tenant],
    ['URL', safeText(url)],
    ['types', eventTypes.join(', ')],
    ['format', format],
    ['bounds', bounds.length === 0 ? null : bounds.join(', ')],
    ['time-out', `${endpoint.timeoutMs} ms`],
    ['retries', `after ${endpoint.retrySchedule.join(', ')} s`],
    ['about it', description === '' ? null : safeText(description)],
    ['created', endpoint.createdAt],
    ['changed', endpoint.updatedAt],
  ]);
  return `${id}\n${lines}`;
}
