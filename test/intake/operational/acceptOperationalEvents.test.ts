import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { catalogNames } from '../../../src/catalogs/catalogs.js';
import { createAddressGuard } from '../../../src/delivery/address/addressGuard.js';
import { operationalTenant } from '../../../src/domain/operational.js';
import { Acceptor } from '../../../src/intake/accept/acceptor.js';
import type { AcceptDeps } from '../../../src/intake/accept/submission.js';
import { DispatchQueue } from '../../../src/intake/dispatch/dispatchQueue.js';
import { acceptOperationalEvents } from '../../../src/intake/operational/acceptOperationalEvents.js';
import { OperationalLoop } from '../../../src/intake/operational/operationalLoop.js';
import { setEnabled } from '../../../src/store/endpointState.js';
import { changeEnvironment } from '../../../src/store/environments.js';
import { takeOperationalEvents } from '../../../src/store/operationalEvents.js';
import { inTransaction } from '../../../src/store/pool.js';
import { createSealer, parseEncryptionKeys } from '../../../src/store/sealer.js';
import { createLog } from '../../../src/telemetry/log.js';
import { byTest } from '../../setup/byTest.js';
import { eventually } from '../../setup/eventually.js';
import { insertEndpoint, openStore, type StoreScene } from '../../store/storeScene.js';

let store: StoreScene;
let deps: AcceptDeps;
const dispatchQueue = new DispatchQueue(5_000);

beforeAll(async () => {
  store = await openStore();
  deps = new Acceptor({
    pool: store.pool,
    dispatchQueue,
    guard: createAddressGuard({ allowNetworks: [], allowHttp: false }),
    sealer: createSealer(parseEncryptionKeys(`k1:${randomBytes(32).toString('base64')}`)),
    cloudEventsSource: '/test',
    maxHoldDays: 90,
  }).deps;
  await insertEndpoint(store.pool, operationalTenant);
});
beforeEach(async () => {
  await store.pool.query('TRUNCATE operational_events, events, deliveries, outbox');
});
afterAll(() => store.stop());

/** Has that many changes of an endpoint raised, one after the other; its id as it is told. */
async function raise(count: number): Promise<string> {
  const endpointId = await insertEndpoint(store.pool);
  const endpoint = { environment: 'test', tenant: 'acme', endpointId } as const;
  for (let n = 0; n < count; n += 1) await setEnabled(store.pool, endpoint, n % 2 === 1, byTest);
  return `ep_${endpointId}`;
}

/** Turns catalogs off; null: the default. */
async function turnOff(catalogsOff: string[] | null): Promise<void> {
  await inTransaction(store.pool, (client) =>
    changeEnvironment(client, 'test', { catalogsOff }, byTest),
  );
}

async function waiting(): Promise<number> {
  const { rows } = await store.pool.query<{ count: number }>(
    'SELECT count(*)::integer AS count FROM operational_events',
  );
  return rows[0]?.count ?? 0;
}

interface StoredEvent {
  tenant: string;
  type: string;
  data: string;
  occurredAt: Date;
  deliveries: number;
  starts: number;
}

/** In the order in which they were stored: the table was empty, and several are of one millisecond. */
async function events(): Promise<StoredEvent[]> {
  const { rows } = await store.pool.query<StoredEvent>(
    `SELECT tenant, type, (SELECT data FROM event_data WHERE event_id = e.id) AS data, occurred_at AS "occurredAt",
       (SELECT count(*)::integer FROM deliveries d WHERE d.event_id = e.id AND d.state = 'pending') AS deliveries,
       (SELECT count(*)::integer FROM outbox o WHERE o.event_id = e.id) AS starts
     FROM events e ORDER BY e.xmin::text::bigint, e.occurred_at`,
  );
  return rows;
}

describe('what is raised', () => {
  it('becomes events of the operational tenant, with the time at which it happened', async () => {
    const id = await raise(2);
    const { rows } = await store.pool.query<{ at: Date }>(
      'SELECT created_at AS at FROM operational_events ORDER BY id',
    );
    const before = dispatchQueue.size;
    expect(await acceptOperationalEvents(deps)).toEqual({ taken: 2, refused: [] });
    expect(await waiting()).toBe(0);
    const stored = await events();
    expect(stored).toMatchObject([
      { type: 'everhook.endpoint.disabled', occurredAt: rows[0]?.at },
      { type: 'everhook.endpoint.recovered', occurredAt: rows[1]?.at },
    ]);
    for (const { tenant, data, deliveries, starts } of stored) {
      expect({ tenant, deliveries, starts }).toEqual({
        tenant: operationalTenant,
        deliveries: 1,
        starts: 1,
      });
      expect(data).toMatch(`{"endpoint":{"id":"${id}","tenant":"acme",`);
    }
    expect(dispatchQueue.size).toBe(before + 2);
    expect(await acceptOperationalEvents(deps)).toEqual({ taken: 0, refused: [] });
  });

  it('is taken by one at a time, and is there again where that one fails', async () => {
    await raise(2);
    const failure = inTransaction(store.pool, async (db) => {
      expect(await takeOperationalEvents(db, 100)).toHaveLength(2);
      expect(await acceptOperationalEvents(deps)).toEqual({ taken: 0, refused: [] });
      throw new Error('crashed');
    });
    await expect(failure).rejects.toThrow('crashed');
    expect([await waiting(), (await events()).length]).toEqual([2, 0]);
    const chunks = await Promise.all(
      Array.from({ length: 5 }, () => acceptOperationalEvents(deps)),
    );
    expect(chunks.reduce((sum, { taken }) => sum + taken, 0)).toBe(2);
    expect([await waiting(), (await events()).length]).toEqual([0, 2]);
  });

  it('is forgotten where the environment has the catalog off', async () => {
    await raise(2);
    const catalogsOff = catalogNames.filter((name) => name === 'everhook');
    await turnOff(catalogsOff);
    try {
      expect(await acceptOperationalEvents(deps)).toEqual({ taken: 2, refused: [] });
      expect([await waiting(), (await events()).length]).toEqual([0, 0]);
    } finally {
      await turnOff(null);
    }
  });

  it('that breaks its own schema holds up nothing, and is given back for the log', async () => {
    await store.pool.query(
      `INSERT INTO operational_events (environment, type, data) VALUES ('test', 'everhook.endpoint.failing', '{}')`,
    );
    await raise(1);
    const { taken, refused } = await acceptOperationalEvents(deps);
    expect(taken).toBe(2);
    expect(refused).toMatchObject([{ code: 'data_breaks_schema' }]);
    expect(await events()).toMatchObject([{ type: 'everhook.endpoint.disabled' }]);
  });

  it('is worked off chunk by chunk, in its order, while the loop runs', async () => {
    await raise(250);
    // So that what was taken together can be told apart, too.
    await store.pool.query(
      `UPDATE operational_events SET created_at = created_at + id * interval '1 ms'`,
    );
    const lines: { detail: string }[] = [];
    const log = createLog('error', { write: (line) => void lines.push(JSON.parse(line) as never) });
    const loop = new OperationalLoop({ accept: deps, log });
    loop.run();
    try {
      await eventually(async () => expect(await waiting()).toBe(0), { withinMs: 20_000 });
    } finally {
      await loop.stop();
    }
    const types = (await events()).map(({ type }) => type.split('.').at(-1));
    expect(types).toEqual(
      Array.from({ length: 250 }, (_, n) => (n % 2 === 0 ? 'disabled' : 'recovered')),
    );
    expect(lines).toEqual([]);
    const chunks = await store.pool.query('SELECT DISTINCT xmin::text FROM events');
    expect(chunks.rowCount).toBe(3);
    await raise(1);
    expect(await waiting()).toBe(1);
  });
});
