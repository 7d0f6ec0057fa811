import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { expect, it } from 'vitest';
import { MetricsPage } from '../../src/service/metricsPage.js';
import { createPool } from '../../src/store/pool.js';
import { createLog } from '../../src/telemetry/log.js';
import { createMetrics } from '../../src/telemetry/metrics/createMetrics.js';
import { eventually } from '../setup/eventually.js';
import { parseMetrics } from '../setup/metricsOf.js';
import { insertDelivery, insertEndpoint, openStore } from '../store/storeScene.js';

const outboxRows = 'everhook_outbox_rows';
const pending = 'everhook_open_deliveries{state="pending"}';

it('what waits in Postgres is counted, and not anew at each scrape', async () => {
  const store = await openStore();
  const { pool } = store;
  const registry = createMetrics(['dispatcher']);
  const page = new MetricsPage({
    ...{ registry, pools: { api: pool, work: pool }, countsDepths: true, sdkMetrics: null },
    log: createLog('silent'),
  });
  const endpointId = await insertEndpoint(pool);
  await insertDelivery(pool, endpointId);
  const first = parseMetrics(await page.text());
  expect([first.get(pending), first.get(outboxRows)]).toEqual([1, 0]);
  await insertDelivery(pool, endpointId);
  const held = await pool.connect();
  const second = parseMetrics(await page.text());
  expect(second.get(pending)).toBe(1);
  expect(second.get('everhook_postgres_connections{pool="work",state="in use"}')).toBe(1);
  held.release();
  await store.stop();
});

it('the page comes while Postgres does not answer, and says that it is not known', async () => {
  const pool = createPool('postgres://127.0.0.1:1/none', 4, () => undefined);
  const page = new MetricsPage({
    registry: createMetrics(['dispatcher']),
    pools: { api: pool, work: pool },
    ...{ countsDepths: true, sdkMetrics: null, log: createLog('silent') },
  });
  const series = parseMetrics(await page.text());
  expect(series.get(outboxRows)).toBeNaN();
  expect(series.get(pending)).toBeNaN();
  expect(series.get('everhook_dispatch_pauses_total')).toBe(0);
  await pool.end();
});

it('a count that Postgres never answers makes way for not known, in place of the last one', async () => {
  const store = await openStore();
  const url = new URL(store.databaseUrl);
  const { port, hostname } = url;
  const sockets: Socket[] = [];
  const between = createServer((socket) => {
    const onward = connect(Number(port), hostname);
    sockets.push(socket, onward);
    socket.pipe(onward).pipe(socket);
  });
  await once(between.listen(0, '127.0.0.1'), 'listening');
  url.host = `127.0.0.1:${(between.address() as AddressInfo).port}`;
  const pool = createPool(url.href, 1, () => undefined);
  const page = new MetricsPage({
    registry: createMetrics(['dispatcher']),
    pools: { api: pool, work: pool },
    ...{ countsDepths: true, sdkMetrics: null, log: createLog('silent') },
  });
  expect(parseMetrics(await page.text()).get(outboxRows)).toBe(0);
  for (const socket of sockets) socket.unpipe();
  await eventually(async () => expect(parseMetrics(await page.text()).get(outboxRows)).toBeNaN(), {
    withinMs: 20_000,
  });
  for (const socket of sockets) socket.destroy();
  between.close();
  await pool.end();
  await store.stop();
});

it('a pool that is used up holds up the page for a second at most', async () => {
  const store = await openStore();
  const pool = createPool(store.databaseUrl, 1, () => undefined);
  const held = await pool.connect();
  const page = new MetricsPage({
    registry: createMetrics(['dispatcher']),
    pools: { api: pool, work: store.pool },
    ...{ countsDepths: true, sdkMetrics: null, log: createLog('silent') },
  });
  const begin = performance.now();
  await page.text();
  const again = performance.now();
  expect(again - begin).toBeGreaterThan(900);
  const series = parseMetrics(await page.text());
  expect(performance.now() - again).toBeLessThan(900);
  expect(series.get('everhook_postgres_waiting{pool="api"}')).toBe(1);
  held.release();
  await pool.end();
  await store.stop();
});
