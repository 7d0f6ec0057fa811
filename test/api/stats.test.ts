import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { maxDeliveriesCounted } from '../../src/store/readStats.js';
import { startTestApi, type TestApi } from './startTestApi.js';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.stop());

async function endpoint(tenant: string): Promise<string> {
  const body = { url: 'https://hooks.example.com/', eventTypes: ['*'] };
  const path = `/v1/tenants/${tenant}/endpoints`;
  return String((await api.call('POST', path, { body })).json['id']);
}

interface MadeDelivery {
  agoSeconds: number;
  state: string;
  /** Milliseconds from acceptance to the end. */
  tookMs?: number;
  attempts?: { outcome: string; durationMs: number; agoSeconds: number }[];
}

/** Deliveries as the worker would leave them. */
async function insert(tenant: string, endpointId: string, made: MadeDelivery[]): Promise<void> {
  for (const { agoSeconds, state, tookMs = 0, attempts = [] } of made) {
    const { rows } = await api.pool.query<{ id: string }>(
      `INSERT INTO deliveries (id, event_id, environment, tenant, endpoint_id, event_type, format, state, schedule,
         due_at, queued_at, created_at, finished_at)
       SELECT overlay(gen_random_uuid()::text placing left(lowest_uuid_at(at)::text, 15) from 1 for 15)::uuid,
         gen_random_uuid(), 'test', $1, $2, 'a', 'standard', $3, '{}',
         CASE WHEN $3 IN ('pending', 'retrying', 'queued') THEN now() END, at, at,
         CASE WHEN $3 IN ('delivered', 'failed') THEN at + make_interval(secs => $5::float / 1000) END
       FROM (SELECT now() - make_interval(secs => $4) AS at) t RETURNING id`,
      [tenant, endpointId.slice(3), state, agoSeconds, tookMs],
    );
    for (const [index, attempt] of attempts.entries()) {
      await api.pool.query(
        `INSERT INTO attempts (delivery_id, round, number, id, outcome, started_at, duration_ms)
         VALUES ($1, 1, $2, gen_random_uuid(), $3, now() - make_interval(secs => $4), $5)`,
        [rows[0]?.id, index + 1, attempt.outcome, attempt.agoSeconds, attempt.durationMs],
      );
    }
  }
}

const ok = (durationMs: number, agoSeconds: number) => ({
  outcome: 'success',
  durationMs,
  agoSeconds,
});
const bad = (durationMs: number, agoSeconds: number) => ({
  outcome: 'failure',
  durationMs,
  agoSeconds,
});

describe('stats', () => {
  it('count states, outcomes and times of the window', async () => {
    const id = await endpoint('acme');
    const other = await endpoint('acme');
    await insert('acme', id, [
      { agoSeconds: 60, state: 'delivered', tookMs: 250, attempts: [ok(20, 59)] },
      { agoSeconds: 50, state: 'delivered', tookMs: 5_000, attempts: [bad(40, 49), ok(30, 44)] },
      { agoSeconds: 40, state: 'failed', tookMs: 1_000, attempts: [bad(900, 30)] },
      { agoSeconds: 30, state: 'queued' },
      { agoSeconds: 7_200, state: 'failed', tookMs: 1, attempts: [bad(1, 7_200)] },
    ]);
    await insert('acme', other, [{ agoSeconds: 20, state: 'pending' }]);
    const path = `/v1/tenants/acme/endpoints/${id}/stats`;
    const { status, json } = await api.call('GET', `${path}?windowHours=1`);
    expect(status).toBe(200);
    expect(json).toEqual({
      from: expect.any(String),
      until: expect.any(String),
      isWhole: true,
      deliveries: {
        total: 4,
        pending: 0,
        retrying: 0,
        queued: 1,
        delivered: 2,
        failed: 1,
        cancelled: 0,
      },
      attempts: { total: 4, success: 2, failure: 2 },
      lastSuccessAt: expect.any(String),
      lastFailureAt: expect.any(String),
      attemptDurationMs: { p50: 30, p95: 900, p99: 900 },
      timeToDeliverMs: { p50: 250, p95: 5_000, p99: 5_000 },
    });
    const span = Date.parse(String(json['until'])) - Date.parse(String(json['from']));
    expect(span).toBe(3_600_000);
    const sinceSuccess = Date.now() - Date.parse(String(json['lastSuccessAt']));
    expect(sinceSuccess).toBeGreaterThan(43_000);
    expect(sinceSuccess).toBeLessThan(60_000);
    const day = await api.call('GET', path);
    expect(day.json).toMatchObject({ deliveries: { total: 5, failed: 2 } });
    const all = await api.call('GET', '/v1/stats?tenant=acme');
    expect(all.json).toMatchObject({ deliveries: { total: 6, pending: 1 } });
  });

  it('are zero and null where nothing happened', async () => {
    const id = await endpoint('quiet');
    const { json } = await api.call('GET', `/v1/tenants/quiet/endpoints/${id}/stats`);
    const none = { p50: null, p95: null, p99: null };
    expect(json).toMatchObject({
      isWhole: true,
      deliveries: { total: 0, delivered: 0 },
      attempts: { total: 0 },
      lastSuccessAt: null,
      attemptDurationMs: none,
      timeToDeliverMs: none,
    });
  });

  it('count at most the newest, and say since when', async () => {
    const id = await endpoint('busy');
    await api.pool.query(
      `INSERT INTO deliveries (id, event_id, environment, tenant, endpoint_id, event_type, format, state, schedule,
         created_at, finished_at)
       SELECT lowest_uuid_at(at), gen_random_uuid(), 'test', 'busy', $1, 'a', 'standard', 'delivered', '{}', at, at
       FROM (SELECT now() - n * interval '1 millisecond' AS at FROM generate_series(1, $2) AS n) t`,
      [id.slice(3), maxDeliveriesCounted + 10],
    );
    const { json } = await api.call('GET', `/v1/tenants/busy/endpoints/${id}/stats`);
    expect(json).toMatchObject({
      isWhole: false,
      deliveries: { total: maxDeliveriesCounted, delivered: maxDeliveriesCounted },
    });
    const from = Date.parse(String(json['from']));
    expect(Date.now() - from).toBeLessThan(60_000);
    const whole = await api.call('GET', '/v1/stats');
    expect(whole.json).toMatchObject({ isWhole: false });
  });

  it("are of the environment, and a tenant's key sees its own", async () => {
    const production = await api.makeKey({ environment: 'production' });
    const none = await api.call('GET', '/v1/stats', { key: production });
    expect(none.json).toMatchObject({ deliveries: { total: 0 } });
    const key = await api.makeKey({ tenant: 'quiet' });
    const own = await api.call('GET', '/v1/stats', { key });
    expect(own.json).toMatchObject({ deliveries: { total: 0 } });
    expect((await api.call('GET', '/v1/stats?tenant=acme', { key })).status).toBe(404);
  });

  it.each(['windowHours=0', 'windowHours=169', 'windowHours=x', 'hours=1'])(
    'refuse ?%s',
    async (query) => {
      const { json } = await api.call('GET', `/v1/stats?${query}`);
      expect(json).toMatchObject({ status: 400, code: 'bad_request' });
    },
  );

  it('are of endpoints that are there', async () => {
    const none = 'ep_01890000-0000-7000-8000-000000000000';
    expect((await api.call('GET', `/v1/tenants/acme/endpoints/${none}/stats`)).status).toBe(404);
  });
});
