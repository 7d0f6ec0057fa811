import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DispatchQueue } from '../../../src/intake/dispatch/dispatchQueue.js';
import type { OutboxEntry } from '../../../src/store/outbox.js';

let made = 0;

function entryOf(tenant: string): OutboxEntry {
  made += 1;
  return {
    id: String(made),
    kind: 'deliverEvent',
    subjectId: String(made),
    event: { id: String(made), type: 'a.b' },
    environment: 'test',
    tenant,
    endpointIds: [],
    importName: null,
    traceParent: null,
  };
}

const tenant = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f');
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('reserve' as const), tenant }) },
  fc.record({ do: fc.constantFrom('add' as const, 'cancel' as const, 'shift' as const), tenant }),
);

describe('DispatchQueue', () => {
  it('never holds or promises more than 128, or 64 of a tenant, but for 4 of each, and loses no place', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 200, maxLength: 900 }), (steps) => {
        const queue = new DispatchQueue(60_000);
        const reserved: OutboxEntry[] = [];
        const held = new Map<string, number>();
        const change = (name: string, by: number) => held.set(name, (held.get(name) ?? 0) + by);
        for (const { do: action, tenant: name } of steps) {
          if (action === 'reserve') {
            const entry = entryOf(name);
            const total = [...held.values()].reduce((sum, count) => sum + count, 0);
            const ofTenant = held.get(name) ?? 0;
            const mayHave = total < 128 ? ofTenant < 64 : ofTenant < 4;
            expect(queue.reserve(entry)).toBe(mayHave);
            if (mayHave) reserved.push(entry);
            if (mayHave) change(name, 1);
          } else if (action === 'shift') {
            const entry = queue.shift(500);
            if (entry !== undefined) change(entry.tenant, -1);
          } else {
            const entry = reserved.shift();
            if (entry === undefined) continue;
            queue[action](entry);
            if (action === 'cancel') change(entry.tenant, -1);
          }
          const total = [...held.values()].reduce((sum, count) => sum + count, 0);
          expect(queue.room.places).toBe((total < 128 ? 128 : 256) - total);
          expect(queue.size + reserved.length).toBe(total);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('gives nothing whose lease ends within the margin', () => {
    const queue = new DispatchQueue(5_000);
    queue.push(entryOf('a'));
    expect(queue.shift(5_000)).toBeUndefined();
    expect(queue.size).toBe(0);
    queue.push(entryOf('a'));
    expect(queue.shift(500)).toMatchObject({ tenant: 'a' });
  });

  it('forgets what was queued for an endpoint alone, wherever it stands', () => {
    const queue = new DispatchQueue(5_000);
    const of = (...endpointIds: string[]) => ({ ...entryOf('a'), endpointIds });
    for (const entry of [of('down'), of('well'), of('down', 'well'), of('down')]) queue.push(entry);
    queue.push({ ...of('down'), kind: 'drainEndpoint' });
    queue.forgetEndpoint('down');
    expect(queue.size).toBe(3);
    expect(queue.room).toEqual({ places: 125, except: [] });
    expect(queue.shift(500)?.endpointIds).toEqual(['well']);
    expect(queue.shift(500)?.endpointIds).toEqual(['down', 'well']);
    expect(queue.shift(500)?.kind).toBe('drainEndpoint');
    queue.forgetEndpoint('well');
    expect(queue.shift(500)).toBeUndefined();
  });

  it('tells when something was added, and not when a place was only taken', () => {
    const queue = new DispatchQueue(5_000);
    let added = 0;
    queue.onAdded = () => (added += 1);
    const entry = entryOf('a');
    queue.reserve(entry);
    expect(added).toBe(0);
    queue.add(entry);
    expect(added).toBe(1);
  });
});
