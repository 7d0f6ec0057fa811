import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApi, type TestApi } from './startTestApi.js';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.stop());

interface Accepted {
  id: string;
  deliveries: { id: string; endpointId: string }[];
}

async function endpoint(tenant: string, eventTypes = ['*']): Promise<string> {
  const body = { url: 'https://hooks.example.com/', eventTypes };
  const { json } = await api.call('POST', `/v1/tenants/${tenant}/endpoints`, { body });
  return String(json['id']);
}

async function submit(tenant: string, body: unknown): Promise<Accepted> {
  const answer = await api.call('POST', `/v1/tenants/${tenant}/events`, { body });
  expect(answer.status, answer.text).toBe(202);
  return answer.json as unknown as Accepted;
}

async function ids(path: string): Promise<string[]> {
  const { status, json, text } = await api.call('GET', path);
  expect(status, text).toBe(200);
  return (json['data'] as { id: string }[]).map(({ id }) => id);
}

describe('events', () => {
  it('are shown with their data byte for byte, and listed without it', async () => {
    const data = '{ "n": 1.10, "big":12345678901234567890,"s":"\\u00e9" }';
    const timestamp = '2026-01-02T03:04:05.000Z';
    const { id } = await submit(
      'acme',
      `{"type":"job.end","timestamp":"${timestamp}","attributes":{"plan":["a","b"]},"data":${data}}`,
    );
    const { text, json } = await api.call('GET', `/v1/tenants/acme/events/${id}`);
    expect(text).toContain(`"data":${data}}`);
    const { data: _spliced, ...summary } = json;
    expect(summary).toEqual({
      id,
      tenant: 'acme',
      type: 'job.end',
      timestamp,
      attributes: { plan: ['a', 'b'] },
      orderingKey: null,
      deliverAt: null,
      expiresAt: null,
      acceptedAt: expect.stringMatching(/Z$/),
      payloadExpired: false,
    });
    const { payloadExpired: _whole, ...listed } = summary;
    const list = await api.call('GET', '/v1/tenants/acme/events');
    expect(list.json).toEqual({ data: [listed], nextCursor: null });
  });

  it('are listed newest first, page by page', async () => {
    const made: string[] = [];
    for (let n = 0; n < 3; n += 1) made.unshift((await submit('paged', { type: 'a', data: n })).id);
    const first = await api.call('GET', '/v1/tenants/paged/events?limit=2');
    const cursor = String(first.json['nextCursor']);
    const rest = await ids(`/v1/tenants/paged/events?limit=2&cursor=${cursor}`);
    expect([...(first.json['data'] as { id: string }[]).map(({ id }) => id), ...rest]).toEqual(
      made,
    );
  });

  it("of others don't exist", async () => {
    const { id } = await submit('acme', { type: 'a', data: 1 });
    expect((await api.call('GET', `/v1/tenants/globex/events/${id}`)).status).toBe(404);
    const key = await api.makeKey({ environment: 'production' });
    expect((await api.call('GET', `/v1/tenants/acme/events/${id}`, { key })).status).toBe(404);
  });

  it('are refused with the place of what is wrong', async () => {
    const path = '/v1/tenants/acme/events';
    const bad = await api.call('POST', path, { body: '{"type":"a",\n"data":}' });
    expect(bad.json).toMatchObject({ status: 400, code: 'invalid_json' });
    expect(bad.json['detail']).toContain('line 2');
    const wrong = await api.call('POST', path, { body: { type: 'a b', data: 1, extra: 1 } });
    expect(wrong.json).toMatchObject({ status: 422, code: 'invalid_request' });
    const headers = { 'content-type': 'text/plain' };
    expect((await api.call('POST', path, { body: '{}', headers })).status).toBe(415);
    expect((await api.call('POST', path)).status).toBe(400);
    const large = { type: 'a', data: 'x'.repeat(70_000) };
    expect((await api.call('POST', path, { body: large })).status).toBe(413);
  });

  it('are answered the same again under their idempotency key', async () => {
    const options = { body: { type: 'a', data: 1 }, headers: { 'idempotency-key': 'k1' } };
    const first = await api.call('POST', '/v1/tenants/acme/events', options);
    const again = await api.call('POST', '/v1/tenants/acme/events', options);
    expect([first.status, first.headers.get('idempotency-replayed')]).toEqual([202, null]);
    expect([again.status, again.headers.get('idempotency-replayed')]).toEqual([202, 'true']);
    expect(again.text).toBe(first.text);
  });
});

describe('deliveries', () => {
  it('are listed by each filter', async () => {
    const one = await endpoint('filtered', ['job.*']);
    const other = await endpoint('filtered', ['*']);
    const start = new Date().toISOString();
    const early = await submit('filtered', { type: 'job.end', data: 1 });
    await new Promise((resolve) => setTimeout(resolve, 20));
    const between = new Date().toISOString();
    const late = await submit('filtered', { type: 'other', data: 1 });
    const path = '/v1/tenants/filtered/deliveries';
    const of = (accepted: Accepted, endpointId?: string): string[] =>
      accepted.deliveries
        .filter((delivery) => endpointId === undefined || delivery.endpointId === endpointId)
        .map(({ id }) => id)
        .toSorted()
        .toReversed();

    expect(await ids(path)).toEqual([...of(late), ...of(early)]);
    expect(await ids(`${path}?endpointId=${one}`)).toEqual(of(early, one));
    expect(await ids(`${path}?endpointId=${other}`)).toEqual([...of(late), ...of(early, other)]);
    expect(await ids(`${path}?eventId=${early.id}`)).toEqual(of(early));
    expect(await ids(`${path}?type=other`)).toEqual(of(late));
    expect(await ids(`${path}?state=delivered`)).toEqual([]);
    expect(await ids(`${path}?state=pending&limit=1`)).toEqual(of(late));
    expect(await ids(`${path}?after=${between}`)).toEqual(of(late));
    expect(await ids(`${path}?before=${between}`)).toEqual(of(early));
    expect(await ids(`${path}?after=${start}&before=${between}&eventId=${late.id}`)).toEqual([]);
    expect(await ids(`${path}?after=1900-01-01T00:00:00Z`)).toHaveLength(3);
    const first = await api.call('GET', `${path}?limit=2`);
    const cursor = String(first.json['nextCursor']);
    expect(await ids(`${path}?limit=2&cursor=${cursor}`)).toHaveLength(1);
  });

  it.each([
    ['state=done', '#query/state'],
    ['after=yesterday', '#query/after'],
    ['endpointId=dlv_1', '#query/endpointId'],
    ['tenant=acme', '#query/tenant'],
  ])('refuse the filter %s', async (query, pointer) => {
    const { json } = await api.call('GET', `/v1/tenants/acme/deliveries?${query}`);
    expect(json).toMatchObject({ status: 400, code: 'bad_request', errors: [{ pointer }] });
  });

  it('are shown with their attempts, newest first, and a link to their workflow', async () => {
    const endpointId = await endpoint('shown');
    const accepted = await submit('shown', { type: 'a', data: 1 });
    const id = accepted.deliveries[0]?.id ?? '';
    await api.pool.query(
      `INSERT INTO attempts (delivery_id, round, number, id, outcome, status, failure, started_at, duration_ms,
         response_headers, late_outcome, late_status, late_at)
       SELECT $1, 1, n, $1, 'failure', 503, 'status', now(), 12, '{"retry-after":"1"}',
         CASE WHEN n = 2 THEN 'success' END, CASE WHEN n = 2 THEN 200 END, CASE WHEN n = 2 THEN now() END
       FROM generate_series(1, 2) AS n`,
      [id.slice('dlv_'.length)],
    );
    await api.pool.query(
      `INSERT INTO answer_bodies (delivery_id, attempt_id, body) VALUES ($1, $1, 'busy')`,
      [id.slice('dlv_'.length)],
    );
    const { json } = await api.call('GET', `/v1/tenants/shown/deliveries/${id}`);
    const workflowId = `event/${accepted.id}`;
    expect(json).toMatchObject({
      id,
      eventId: accepted.id,
      endpointId,
      tenant: 'shown',
      eventType: 'a',
      format: 'standard',
      state: 'pending',
      reason: null,
      round: 1,
      attemptCount: 0,
      attemptsAllowed: 10,
      nextAttemptAt: expect.stringMatching(/Z$/),
      finishedAt: null,
      workflow: {
        id: workflowId,
        url: `http://127.0.0.1:8233/namespaces/default/workflows/${encodeURIComponent(workflowId)}`,
      },
      attempts: [
        { round: 1, number: 2, late: { outcome: 'success', status: 200, failure: null } },
        {
          round: 1,
          number: 1,
          outcome: 'failure',
          status: 503,
          failure: 'status',
          durationMs: 12,
          responseHeaders: { 'retry-after': '1' },
          responseBody: 'busy',
          responseTruncated: false,
          late: null,
        },
      ],
    });
  });

  it('are cancelled, once, and then tried again in a new round', async () => {
    await endpoint('retried');
    const accepted = await submit('retried', { type: 'a', data: 1 });
    const id = accepted.deliveries[0]?.id ?? '';
    const at = `/v1/tenants/retried/deliveries/${id}`;
    const forward = await api.call('POST', `${at}/retry`);
    expect([forward.status, forward.json]).toEqual([202, { id, result: 'brought forward' }]);
    const cancelled = await api.call('POST', `${at}/cancel`);
    expect(cancelled.status).toBe(200);
    expect(cancelled.json).toMatchObject({ id, state: 'cancelled', nextAttemptAt: null });
    const again = await api.call('POST', `${at}/cancel`);
    expect(again.json).toMatchObject({ status: 409, code: 'delivery_final' });
    const retried = await api.call('POST', `${at}/retry`);
    expect([retried.status, retried.json]).toEqual([202, { id, result: 'new round' }]);
    const { json } = await api.call('GET', at);
    expect(json).toMatchObject({ round: 2, state: 'pending', workflow: { id: `delivery/${id}` } });
  });

  it('of a disabled endpoint are queued, and not tried again', async () => {
    const endpointId = await endpoint('held');
    const accepted = await submit('held', { type: 'a', data: 1 });
    const at = `/v1/tenants/held/deliveries/${accepted.deliveries[0]?.id}`;
    await api.call('POST', `/v1/tenants/held/endpoints/${endpointId}/disable`);
    expect((await api.call('GET', at)).json).toMatchObject({
      state: 'queued',
      nextAttemptAt: null,
    });
    const refused = await api.call('POST', `${at}/retry`);
    expect(refused.json).toMatchObject({ status: 409, code: 'endpoint_closed' });
    await api.call('POST', `/v1/tenants/held/endpoints/${endpointId}/enable`);
    // Its drain sends it.
    expect((await api.call('GET', at)).json).toMatchObject({
      ...{ state: 'queued', workflow: { id: `endpoint/${endpointId}` } },
    });
    await api.call('DELETE', `/v1/tenants/held/endpoints/${endpointId}`);
    expect((await api.call('GET', at)).json).toMatchObject({ state: 'cancelled' });
    expect((await api.call('POST', `${at}/retry`)).json).toMatchObject({ code: 'endpoint_closed' });
  });

  it("of others don't exist", async () => {
    await endpoint('acme');
    const accepted = await submit('acme', { type: 'a', data: 1 });
    const path = `/v1/tenants/globex/deliveries/${accepted.deliveries[0]?.id}`;
    expect((await api.call('GET', path)).status).toBe(404);
    expect((await api.call('POST', `${path}/retry`)).status).toBe(404);
    expect((await api.call('POST', `${path}/cancel`)).status).toBe(404);
  });
});
