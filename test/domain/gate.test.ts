import { describe, expect, it } from 'vitest';
import { gateOf, openEndpoint } from '../../src/domain/gate.js';

const endpoint = openEndpoint;

describe('gateOf', () => {
  it('is open for an endpoint that is enabled', () => {
    expect(gateOf(endpoint)).toEqual({ open: true });
  });

  it.each([
    [null, 'the endpoint is disabled'],
    ['owner', 'the endpoint is disabled'],
    ['gone', 'the endpoint is disabled since it answered 410 Gone'],
  ] as const)('queues while the endpoint is disabled (%s)', (disabledReason, reason) => {
    const gate = gateOf({ ...endpoint, enabled: false, disabledReason });
    expect(gate).toEqual({ open: false, becomes: 'queued', reason });
  });

  it('cancels once the endpoint is deleted, enabled or not', () => {
    for (const enabled of [true, false]) {
      const gate = gateOf({ ...endpoint, enabled, deleted: true });
      expect(gate).toEqual({
        open: false,
        becomes: 'cancelled',
        reason: 'the endpoint was deleted',
      });
    }
  });
});
