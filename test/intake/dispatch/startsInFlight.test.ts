import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { StartsInFlight } from '../../../src/intake/dispatch/startsInFlight.js';

const bound = 4;
const longerThanStarts = 1_001;

function startsOf(inFlight: StartsInFlight, tenant: string, deliveries = 1): number {
  let count = 0;
  while (inFlight.hasRoom(bound, bound) && !inFlight.isFullFor(tenant)) {
    inFlight.begin(tenant, deliveries).started();
    count += 1;
  }
  return count;
}

describe('StartsInFlight', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('has as many as the limit, and room again when one ends', () => {
    const inFlight = new StartsInFlight(bound);
    const { end } = inFlight.begin('a', 1);
    expect(inFlight.hasRoom(1, bound)).toBe(false);
    expect(inFlight.hasRoom(2, bound)).toBe(true);
    end({ failed: false });
    expect(inFlight.hasRoom(1, bound)).toBe(true);
    expect(inFlight.hasRoom(0, bound)).toBe(false);
  });

  it('has but a few that Temporal is being asked for at once', () => {
    const inFlight = new StartsInFlight(1_000);
    const begun = [];
    while (inFlight.hasRoom(1_000, 8)) begun.push(inFlight.begin('a', 1));
    expect(begun).toHaveLength(8);
    begun[3]?.started();
    expect(inFlight.hasRoom(1_000, 8)).toBe(true);
    inFlight.begin('b', 1);
    expect(inFlight.hasRoom(1_000, 8)).toBe(false);
    begun[4]?.end({ failed: false });
    expect(inFlight.hasRoom(1_000, 8)).toBe(true);
  });

  it('leaves the places of what waits for receivers to other tenants', () => {
    const inFlight = new StartsInFlight(bound);
    expect(startsOf(inFlight, 'hangs')).toBe(bound);
    expect(inFlight.heldUpTenants()).toEqual([]);
    vi.advanceTimersByTime(longerThanStarts);
    expect(inFlight.heldUpTenants()).toEqual(['hangs']);
    expect(startsOf(inFlight, 'hangs')).toBe(0);
    expect(startsOf(inFlight, 'other')).toBe(bound);
  });

  it('has three times the bound at most, whatever hangs', () => {
    const inFlight = new StartsInFlight(bound);
    for (const tenant of ['a', 'b', 'c']) {
      expect(startsOf(inFlight, tenant)).toBe(bound);
      vi.advanceTimersByTime(longerThanStarts);
    }
    expect(startsOf(inFlight, 'd')).toBe(0);
  });

  it('begins nothing further of tenants that hang, once they are many', () => {
    const inFlight = new StartsInFlight(bound);
    const tenants = ['a', 'b', 'c', 'd'];
    for (const tenant of tenants) inFlight.begin(tenant, 1).started();
    vi.advanceTimersByTime(longerThanStarts);
    for (const tenant of tenants) expect(startsOf(inFlight, tenant)).toBe(0);
    expect(inFlight.heldUpTenants()).toEqual(tenants);
    expect(startsOf(inFlight, 'well')).toBe(bound);
  });

  it('has as many of one tenant as it is told, but for those that wait for receivers', () => {
    const inFlight = new StartsInFlight(bound);
    inFlight.begin('bursts', 1);
    expect(inFlight.isFullFor('bursts', 1)).toBe(true);
    expect(inFlight.isFullFor('bursts', 2)).toBe(false);
    expect(inFlight.isFullFor('other', 1)).toBe(false);
    vi.advanceTimersByTime(longerThanStarts);
    expect(inFlight.isFullFor('bursts', 1)).toBe(false);
  });

  it('has few of a tenant before the first have come through, and again where they fail', () => {
    const inFlight = new StartsInFlight(1_000);
    const begin = (tenant: string) => {
      const begun = [];
      while (!inFlight.isFullFor(tenant)) begun.push(inFlight.begin(tenant, 1));
      return begun;
    };
    const first = begin('a');
    expect(first).toHaveLength(4);
    expect(begin('b')).toHaveLength(4);
    first[0]?.end({ failed: false });
    first[1]?.end({ failed: false });
    const further = begin('a');
    expect(further).toHaveLength(4);
    for (const one of [...first.slice(2), ...further.slice(1)]) one.end({ failed: true });
    expect(begin('a')).toHaveLength(3);
  });

  it('forgets what came through once nothing is under way', () => {
    const inFlight = new StartsInFlight(bound);
    const starts = Array.from({ length: bound }, () => inFlight.begin('a', 1));
    for (const { end } of starts) end({ failed: false });
    expect(startsOf(inFlight, 'a')).toBe(bound);
  });

  it('bounds the first attempts of events with many deliveries, too', () => {
    const inFlight = new StartsInFlight(1_000);
    for (const tenant of ['hangs', 'other']) {
      inFlight.begin(tenant, 1);
      for (let count = 0; count < 20; count += 1) inFlight.begin(tenant, 1).end({ failed: false });
    }
    const begun = (tenant: string) => {
      let count = 0;
      for (; inFlight.hasRoom(1_000, 1_000) && !inFlight.isFullFor(tenant); count += 1) {
        inFlight.begin(tenant, 500).started();
      }
      return count;
    };
    expect(begun('hangs')).toBe(16);
    expect(begun('other')).toBe(0);
    vi.advanceTimersByTime(longerThanStarts);
    expect(begun('hangs')).toBe(0);
    expect(begun('other')).toBe(16);
  });
});
