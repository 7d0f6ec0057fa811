import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { maxRunningRecoveriesPerTenant } from '../../src/domain/limits.js';
import { startTestApi, type Answered, type TestApi } from './startTestApi.js';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.stop());

interface Scene {
  endpointId: string;
  deliveryIds: string[];
}

/** A tenant's endpoint with deliveries that have failed. */
async function failedOf(tenant: string, count = 1): Promise<Scene> {
  const body = { url: 'https://hooks.example.com/', eventTypes: ['*'] };
  const made = await api.call('POST', `/v1/tenants/${tenant}/endpoints`, { body });
  const endpointId = String(made.json['id']);
  const deliveryIds: string[] = [];
  for (let n = 0; n < count; n += 1) {
    const sent = await api.call('POST', `/v1/tenants/${tenant}/events`, {
      body: { type: 'job.end', data: n },
    });
    const deliveries = sent.json['deliveries'] as { id: string; endpointId: string }[];
    deliveryIds.push(deliveries.find((one) => one.endpointId === endpointId)?.id ?? '');
  }
  await api.pool.query(
    `UPDATE deliveries SET state = 'failed', due_at = NULL, finished_at = now() WHERE endpoint_id = $1`,
    [endpointId.slice('ep_'.length)],
  );
  return { endpointId, deliveryIds };
}

const recover = (tenant: string, body: unknown, headers = {}): Promise<Answered> =>
  api.call('POST', `/v1/tenants/${tenant}/recoveries`, { body, headers });

const unknownId = '0190aaaa-0000-7000-8000-000000000000';

describe('a recovery', () => {
  it('is made, shown, listed and cancelled', async () => {
    const { endpointId, deliveryIds } = await failedOf('acme', 2);
    const since = '2026-01-01T00:00:00.000Z';
    const made = await recover('acme', { endpointIds: [endpointId], since, types: ['job.end'] });
    expect(made.status, made.text).toBe(202);
    const id = String(made.json['id']);
    const path = `/v1/tenants/acme/recoveries/${id}`;
    expect(made.headers.get('location')).toBe(path);
    expect(made.json).toEqual({
      ...{ id, tenant: 'acme', state: 'running', endpointIds: [endpointId], types: ['job.end'] },
      ...{ since, until: null, states: ['failed'], ratePerSecond: 100, deliveryIds: null },
      ...{ total: 2, resent: 0, skipped: 0, recoveredUntil: null, finishedAt: null },
      createdAt: expect.stringMatching(/Z$/),
      workflow: {
        id: `recovery/${id}`,
        url: `http://127.0.0.1:8233/namespaces/default/workflows/${encodeURIComponent(`recovery/${id}`)}`,
      },
    });
    expect((await api.call('GET', path)).json).toEqual(made.json);

    const selected = await recover('acme', { deliveryIds, states: ['failed', 'delivered'] });
    expect(selected.json).toMatchObject({ deliveryIds, states: ['failed', 'delivered'], total: 2 });
    const listed = await api.call('GET', '/v1/tenants/acme/recoveries?limit=1');
    const [newest] = listed.json['data'] as Record<string, unknown>[];
    expect(newest?.['id']).toBe(selected.json['id']);
    expect(newest).not.toHaveProperty('deliveryIds');
    const cursor = String(listed.json['nextCursor']);
    const rest = await api.call('GET', `/v1/tenants/acme/recoveries?limit=1&cursor=${cursor}`);
    expect(rest.json).toMatchObject({ data: [{ id }], nextCursor: null });

    for (const again of [1, 2]) {
      const cancelled = await api.call('POST', `${path}/cancel`);
      expect([again, cancelled.status, cancelled.json['state']]).toEqual([again, 200, 'cancelled']);
    }
    expect((await api.call('GET', path)).json['finishedAt']).toMatch(/Z$/);
  });

  it('of an endpoint is made at the endpoint, also while it is disabled', async () => {
    const { endpointId } = await failedOf('beside', 3);
    const at = `/v1/tenants/beside/endpoints/${endpointId}`;
    await api.call('POST', `${at}/disable`);
    const made = await api.call('POST', `${at}/recover`, { body: { ratePerSecond: 5 } });
    expect(made.status, made.text).toBe(202);
    expect(made.json).toMatchObject({ endpointIds: [endpointId], total: 3, ratePerSecond: 5 });
    expect(made.headers.get('location')).toBe(
      `/v1/tenants/beside/recoveries/${String(made.json['id'])}`,
    );
    await api.call('DELETE', at);
    expect((await api.call('POST', `${at}/recover`, { body: {} })).status).toBe(404);
    const unknown = `/v1/tenants/beside/endpoints/ep_${unknownId}/recover`;
    expect((await api.call('POST', unknown, { body: {} })).status).toBe(404);
  });

  it('is made once by requests of the same idempotency key', async () => {
    const { endpointId } = await failedOf('once');
    const headers = { 'idempotency-key': 'since-tuesday' };
    const first = await recover('once', { endpointIds: [endpointId] }, headers);
    const again = await recover('once', { endpointIds: [endpointId] }, headers);
    expect(again.json).toEqual(first.json);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    const { json } = await api.call('GET', '/v1/tenants/once/recoveries');
    expect(json['data']).toHaveLength(1);
  });

  it.each([
    [{}, ''],
    [{ states: ['failed'], until: '2026-01-01T00:00:00Z' }, ''],
    [{ since: 'tuesday' }, '/since'],
    [{ since: '2026-01-02T00:00:00Z', until: '2026-01-01T00:00:00Z' }, '/until'],
    [{ types: [] }, '/types'],
    [{ types: ['a b'] }, '/types/0'],
    [{ types: ['a'], states: ['retrying'] }, '/states/0'],
    [{ types: ['a'], ratePerSecond: 0 }, '/ratePerSecond'],
    [{ types: ['a'], ratePerSecond: 10_001 }, '/ratePerSecond'],
    [{ deliveryIds: ['evt_1'] }, '/deliveryIds/0'],
    [{ deliveryIds: Array(1_001).fill(`dlv_${unknownId}`) }, '/deliveryIds'],
    [{ types: ['a'], all: true }, '/all'],
  ])('is refused with %j', async (body, pointer) => {
    const { status, json } = await recover('acme', body);
    expect([status, json['code']]).toEqual([422, 'invalid_request']);
    expect(json).toMatchObject({ errors: [{ pointer }] });
  });

  it("of what isn't the tenant's is refused, and says what isn't", async () => {
    const [mine, theirs] = [await failedOf('mine'), await failedOf('theirs')];
    const endpoints = await recover('mine', {
      endpointIds: [mine.endpointId, theirs.endpointId, `ep_${unknownId}`],
    });
    expect(endpoints.json).toMatchObject({
      status: 422,
      detail: expect.stringContaining(theirs.endpointId),
      errors: [{ pointer: '/endpointIds/1' }, { pointer: '/endpointIds/2' }],
    });
    const deliveries = await recover('mine', {
      deliveryIds: [...mine.deliveryIds, ...theirs.deliveryIds],
    });
    expect(deliveries.json).toMatchObject({ status: 422, errors: [{ pointer: '/deliveryIds/1' }] });
    await api.call('DELETE', `/v1/tenants/mine/endpoints/${mine.endpointId}`);
    const deleted = await recover('mine', { endpointIds: [mine.endpointId] });
    expect(deleted.json).toMatchObject({ status: 422, errors: [{ pointer: '/endpointIds/0' }] });
  });

  it("of others doesn't exist", async () => {
    const { endpointId } = await failedOf('acme');
    const { json } = await recover('acme', { endpointIds: [endpointId] });
    const path = `/recoveries/${String(json['id'])}`;
    expect((await api.call('GET', `/v1/tenants/globex${path}`)).status).toBe(404);
    expect((await api.call('POST', `/v1/tenants/globex${path}/cancel`)).status).toBe(404);
    const key = await api.makeKey({ environment: 'production' });
    expect((await api.call('GET', `/v1/tenants/acme${path}`, { key })).status).toBe(404);
    expect((await api.call('POST', `/v1/tenants/acme${path}/cancel`)).status).toBe(200);
  });

  it('needs the scope "send" to be made, and "read" to be seen', async () => {
    const reader = await api.makeKey({ scopes: ['read'] });
    const body = { types: ['a'] };
    const path = '/v1/tenants/acme/recoveries';
    expect((await api.call('POST', path, { key: reader, body })).status).toBe(403);
    expect((await api.call('GET', path, { key: reader })).status).toBe(200);
    const sender = await api.makeKey({ scopes: ['send'] });
    expect((await api.call('POST', path, { key: sender, body })).status).toBe(202);
  });

  it('that has completed is not cancelled any more', async () => {
    const { json } = await recover('acme', { types: ['a'] });
    const id = String(json['id']);
    await api.pool.query(
      `UPDATE recoveries SET state = 'completed', finished_at = now() WHERE id = $1`,
      [id.slice('rec_'.length)],
    );
    const { status, json: problem } = await api.call(
      'POST',
      `/v1/tenants/acme/recoveries/${id}/cancel`,
    );
    expect([status, problem['code']]).toEqual([409, 'recovery_completed']);
  });

  it(`is refused where ${maxRunningRecoveriesPerTenant} are running, also where many ask at once`, async () => {
    await failedOf('many');
    await api.pool.query(
      `INSERT INTO recoveries (id, environment, tenant, states, rate_per_second)
       SELECT gen_random_uuid(), 'test', 'many', '{failed}', 1 FROM generate_series(1, $1)`,
      [maxRunningRecoveriesPerTenant - 1],
    );
    const answers = await Promise.all([1, 2, 3, 4].map(() => recover('many', { types: ['a'] })));
    expect(answers.map(({ status }) => String(status)).toSorted()).toEqual([
      '202',
      '409',
      '409',
      '409',
    ]);
    const refused = answers.find(({ status }) => status === 409);
    expect(refused?.json).toMatchObject({ code: 'recovery_limit' });
    await api.pool.query(
      `UPDATE recoveries SET state = 'completed', finished_at = now() WHERE tenant = 'many'`,
    );
    expect((await recover('many', { types: ['a'] })).status).toBe(202);
  });
});

describe('a retry', () => {
  const retry = (tenant: string, id: string | undefined): Promise<Answered> =>
    api.call('POST', `/v1/tenants/${tenant}/deliveries/${id}/retry`);

  async function wakes(id: string): Promise<number> {
    const { rows } = await api.pool.query(
      `SELECT FROM outbox WHERE kind = 'redeliver' AND subject_id = $1`,
      [id.slice('dlv_'.length)],
    );
    return rows.length;
  }

  it('asked for twice at once opens one round', async () => {
    const { deliveryIds } = await failedOf('twice');
    const answers = await Promise.all([1, 2, 3].map(() => retry('twice', deliveryIds[0])));
    expect(answers.map(({ json }) => String(json['result'])).toSorted()).toEqual([
      ...['brought forward', 'brought forward', 'new round'],
    ]);
    const { json } = await api.call('GET', `/v1/tenants/twice/deliveries/${deliveryIds[0]}`);
    expect(json).toMatchObject({ round: 2, state: 'pending', attemptCount: 0 });
    expect(await wakes(deliveryIds[0] ?? '')).toBe(3);
  });

  it('is refused while the endpoint is paused, or deleted', async () => {
    const { endpointId, deliveryIds } = await failedOf('paused');
    const id = endpointId.slice('ep_'.length);
    await api.pool.query('UPDATE endpoints SET paused_at = now() WHERE id = $1', [id]);
    const paused = await retry('paused', deliveryIds[0]);
    expect(paused.json).toMatchObject({
      ...{
        status: 409,
        code: 'endpoint_closed',
        detail: 'Its endpoint is paused; resume it first.',
      },
    });
    await api.call('DELETE', `/v1/tenants/paused/endpoints/${endpointId}`);
    const deleted = await retry('paused', deliveryIds[0]);
    expect(deleted.json).toMatchObject({
      code: 'endpoint_closed',
      detail: 'Its endpoint is deleted.',
    });
  });

  it('of one that waits for an endpoint that is down has it probed at once', async () => {
    const { endpointId, deliveryIds } = await failedOf('down');
    const id = endpointId.slice('ep_'.length);
    await api.pool.query(
      `UPDATE endpoints SET circuit_opened_at = now(), next_probe_at = now() + interval '1 hour' WHERE id = $1`,
      [id],
    );
    expect((await retry('down', deliveryIds[0])).json).toMatchObject({ result: 'new round' });
    const path = `/v1/tenants/down/deliveries/${deliveryIds[0]}`;
    expect((await api.call('GET', path)).json).toMatchObject({
      ...{ state: 'queued', reason: 'the endpoint fails; it is being probed' },
    });
    const probe = async (): Promise<unknown> =>
      (
        await api.pool.query(
          `SELECT next_probe_at <= now() AS due, (SELECT count(*)::int FROM outbox
             WHERE kind = 'drainEndpoint' AND subject_id = $1) AS drains FROM endpoints WHERE id = $1`,
          [id],
        )
      ).rows[0];
    expect(await probe()).toEqual({ due: true, drains: 2 });
    await api.pool.query(
      `UPDATE endpoints SET next_probe_at = now() + interval '1 hour' WHERE id = $1`,
      [id],
    );
    expect((await retry('down', deliveryIds[0])).json).toMatchObject({ result: 'brought forward' });
    expect(await probe()).toEqual({ due: true, drains: 3 });
    expect(await wakes(deliveryIds[0] ?? '')).toBe(0);
  });
});
