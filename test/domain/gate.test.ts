import { describe, expect, it } from 'vitest';
import { drainGateOf, gateOf, openEndpoint } from '../../src/domain/gate.js';

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

describe('drainGateOf', () => {
  it('lets a drain send to what is down, in order, or bounded; not to what its owner closed', () => {
    for (const held of [{ circuitOpen: true }, { ordered: true }, { paced: true }]) {
      expect(gateOf({ ...endpoint, ...held })).toMatchObject({ open: false, becomes: 'queued' });
      expect(drainGateOf({ ...endpoint, ...held })).toEqual({ open: true });
    }
    for (const closed of [{ enabled: false }, { paused: true }]) {
      expect(drainGateOf({ ...endpoint, ...closed })).toMatchObject({ becomes: 'queued' });
    }
    expect(drainGateOf({ ...endpoint, deleted: true })).toMatchObject({ becomes: 'cancelled' });
  });
});
