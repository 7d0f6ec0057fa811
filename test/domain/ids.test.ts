import fc from 'fast-check';
import { v4, v7 } from 'uuid';
import { describe, expect, it } from 'vitest';
import {
  deliveryIdOf,
  childIdRange,
  type IdKind,
  idPattern,
  idPrefixes,
  lowestUuidAt,
  parseId,
  showId,
  uuidTimeMs,
} from '../../src/domain/ids.js';

const kinds = Object.keys(idPrefixes) as IdKind[];
const timeMs = fc.integer({ min: 0, max: 2 ** 48 - 2 });

describe('shown ids', () => {
  it('are read back by their own kind alone', () => {
    for (const kind of kinds) {
      const uuid = v7();
      const shown = showId(kind, uuid);
      expect(shown).toBe(`${idPrefixes[kind]}_${uuid}`);
      for (const other of kinds) {
        expect(parseId(other, shown)).toBe(other === kind ? uuid : null);
        expect(idPattern(other).test(shown)).toBe(other === kind);
      }
    }
  });

  it('are UUIDv7 in lower case and nothing around', () => {
    const shown = showId('event', v7());
    for (const text of [
      '',
      'evt_',
      shown.slice(4),
      `${shown}\n`,
      ` ${shown}`,
      `${shown}0`,
      shown.toUpperCase(),
      showId('event', v4()),
    ]) {
      expect(parseId('event', text), text).toBeNull();
    }
  });
});

describe('the time in a UUID', () => {
  it('is the one it was made with', () => {
    fc.assert(
      fc.property(timeMs, (msecs) => {
        expect(uuidTimeMs(v7({ msecs }))).toBe(msecs);
        expect(uuidTimeMs(lowestUuidAt(msecs))).toBe(msecs);
      }),
    );
  });

  it('lets lowestUuidAt bound the ids of a millisecond', () => {
    fc.assert(
      fc.property(timeMs, (msecs) => {
        const uuid = v7({ msecs });
        const lowest = lowestUuidAt(msecs);
        expect(lowest).toHaveLength(uuid.length);
        expect(lowest <= uuid).toBe(true);
        expect(uuid < lowestUuidAt(msecs + 1)).toBe(true);
      }),
    );
  });
});

describe('ids of deliveries', () => {
  const parents = fc.tuple(timeMs, fc.nat({ max: 0xfff })).map(([msecs, random]) => {
    const uuid = v7({ msecs });
    return `${uuid.slice(0, 15)}${random.toString(16).padStart(3, '0')}${uuid.slice(18)}`;
  });

  it('are UUIDv7 of the same millisecond, within the range of their event', () => {
    fc.assert(
      fc.property(parents, (eventId) => {
        const child = deliveryIdOf(eventId, v7());
        const { lowest, beyond } = childIdRange(eventId);
        expect(parseId('delivery', showId('delivery', child))).toBe(child);
        expect(uuidTimeMs(child)).toBe(uuidTimeMs(eventId));
        expect(lowest <= child && child < beyond).toBe(true);
        expect(lowest <= eventId && eventId < beyond).toBe(true);
      }),
    );
  });

  it('share their range only with those of events that begin alike', () => {
    fc.assert(
      fc.property(parents, parents, (one, other) => {
        fc.pre(one.slice(0, 18) !== other.slice(0, 18));
        const { lowest, beyond } = childIdRange(one);
        const child = deliveryIdOf(other, v7());
        expect(lowest <= child && child < beyond).toBe(false);
      }),
    );
  });

  it('are one for an event and an endpoint, and another where either is another', () => {
    fc.assert(
      fc.property(parents, parents, (one, other) => {
        const [endpoint, another] = [v7(), v7()];
        expect(deliveryIdOf(one, endpoint)).toBe(deliveryIdOf(one, endpoint));
        expect(deliveryIdOf(one, endpoint)).not.toBe(deliveryIdOf(one, another));
        fc.pre(one !== other);
        expect(deliveryIdOf(one, endpoint)).not.toBe(deliveryIdOf(other, endpoint));
      }),
    );
  });
});
