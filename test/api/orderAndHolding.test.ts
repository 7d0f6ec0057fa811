import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApi, type Answered, type TestApi } from './startTestApi.js';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.stop());

const hourMs = 3_600_000;
const inMs = (ms: number): string => new Date(Date.now() + ms).toISOString();

interface Made {
  eventId: string;
  /** The first delivery's. */
  deliveryId: string;
}

async function makeEndpoint(tenant: string, fields: object = {}): Promise<string> {
  const body = { url: 'https://hooks.example.com/', eventTypes: ['*'], ...fields };
  const { json, text, status } = await api.call('POST', `/v1/tenants/${tenant}/endpoints`, {
    body,
  });
  expect(status, text).toBe(201);
  return String(json['id']);
}

const submit = (tenant: string, fields: object = {}): Promise<Answered> =>
  api.call('POST', `/v1/tenants/${tenant}/events`, { body: { type: 'a', data: 1, ...fields } });

async function send(tenant: string, fields: object = {}): Promise<Made> {
  const { status, json, text } = await submit(tenant, fields);
  expect(status, text).toBe(202);
  const [made] = json['deliveries'] as { id: string }[];
  return { eventId: String(json['id']), deliveryId: made?.id ?? '' };
}

async function delivery(tenant: string, { deliveryId }: Made): Promise<Record<string, unknown>> {
  return (await api.call('GET', `/v1/tenants/${tenant}/deliveries/${deliveryId}`)).json;
}

const act = (tenant: string, { deliveryId }: Made, verb: string): Promise<Answered> =>
  api.call('POST', `/v1/tenants/${tenant}/deliveries/${deliveryId}/${verb}`);

/** Outbox rows by kind, of the tenant. */
async function outboxOf(tenant: string): Promise<string[]> {
  const { rows } = await api.pool.query<{ kind: string }>(
    'SELECT kind FROM outbox WHERE tenant = $1 ORDER BY created_at, id',
    [tenant],
  );
  return rows.map(({ kind }) => kind);
}

/** As its last attempt leaves it. */
async function failAndBlock({ deliveryId }: Made): Promise<void> {
  await api.pool.query(
    `WITH failed AS (
       UPDATE deliveries SET state = 'failed', due_at = NULL, finished_at = now() WHERE id = $1
       RETURNING id, endpoint_id, ordering_key)
     UPDATE ordering_heads h SET blocked_by = failed.id
     FROM failed WHERE h.endpoint_id = failed.endpoint_id AND h.ordering_key = failed.ordering_key`,
    [deliveryId.slice('dlv_'.length)],
  );
}

describe('what an event says of its order and time', () => {
  it('is shown with it and its deliveries', async () => {
    await makeEndpoint('shown');
    const [deliverAt, expiresAt] = [inMs(hourMs), inMs(2 * hourMs)];
    const made = await send('shown', { orderingKey: 'order 7 é', deliverAt, expiresAt });
    const event = await api.call('GET', `/v1/tenants/shown/events/${made.eventId}`);
    expect(event.json).toMatchObject({ orderingKey: 'order 7 é', deliverAt, expiresAt });
    const { json } = await api.call('GET', '/v1/tenants/shown/events');
    expect(json['data']).toMatchObject([{ orderingKey: 'order 7 é', deliverAt, expiresAt }]);
    expect(await delivery('shown', made)).toMatchObject({
      state: 'pending',
      nextAttemptAt: deliverAt,
      expiresAt,
      orderingKey: 'order 7 é',
      orderingNumber: null,
      blocksOrder: false,
    });
  });

  it.each([
    [{ orderingKey: '' }, '/orderingKey'],
    [{ orderingKey: 'x'.repeat(129) }, '/orderingKey'],
    [{ orderingKey: 'a\nb' }, '/orderingKey'],
    [{ orderingKey: 'a\0b' }, '/orderingKey'],
    [{ orderingKey: 'a\ud800' }, '/orderingKey'],
    [{ orderingKey: 7 }, '/orderingKey'],
    [{ deliverAt: 'tomorrow' }, '/deliverAt'],
    [{ deliverAt: '2026-01-31T13:45:00' }, '/deliverAt'],
    [{ deliverAt: inMs(90 * 24 * hourMs + hourMs) }, '/deliverAt'],
    [{ expiresAt: 'never' }, '/expiresAt'],
    [{ expiresAt: inMs(-1_000) }, '/expiresAt'],
    [{ deliverAt: inMs(2 * hourMs), expiresAt: inMs(hourMs) }, '/expiresAt'],
  ])('is refused where it is %j', async (fields, pointer) => {
    const { status, json } = await submit('refused', fields);
    expect([status, json['code']]).toEqual([422, 'invalid_request']);
    const pointers = (json['errors'] as { pointer: string }[]).map((part) => part.pointer);
    expect([...new Set(pointers)]).toEqual([pointer]);
  });

  it('may stand in a line of a bulk submission, and is refused there, too', async () => {
    const headers = { 'content-type': 'application/x-ndjson' };
    const lines = [
      {
        type: 'a',
        data: 1,
        orderingKey: 'k',
        deliverAt: inMs(hourMs),
        expiresAt: inMs(2 * hourMs),
      },
      { type: 'a', data: 1, expiresAt: inMs(-hourMs) },
    ];
    const body = lines.map((line) => JSON.stringify(line)).join('\n');
    const { text } = await api.call('POST', '/v1/tenants/lines/events/bulk', { body, headers });
    const [good, bad] = text.trimEnd().split('\n');
    expect(JSON.parse(good ?? '')).toMatchObject({ status: 202 });
    expect(JSON.parse(bad ?? '')).toMatchObject({
      ...{ status: 422, problem: { errors: [{ pointer: '/expiresAt' }] } },
    });
  });

  it('has an event sent at once whose moment is over', async () => {
    await makeEndpoint('over');
    const made = await send('over', { deliverAt: inMs(-hourMs), expiresAt: inMs(hourMs) });
    const { nextAttemptAt } = await delivery('over', made);
    expect(Math.abs(Date.now() - Date.parse(String(nextAttemptAt)))).toBeLessThan(60_000);
  });
});

describe('an event that is held back', () => {
  it('starts its workflow at once, whatever holds up its endpoint, and has no number yet', async () => {
    const endpointId = await makeEndpoint('held', { ordered: true });
    const made = await send('held', { deliverAt: inMs(hourMs) });
    expect(await delivery('held', made)).toMatchObject({ state: 'pending', orderingNumber: null });
    expect(await outboxOf('held')).toEqual(['deliverEvent']);
    await api.call('POST', `/v1/tenants/held/endpoints/${endpointId}/pause`);
    await api.call('POST', `/v1/tenants/held/endpoints/${endpointId}/disable`);
    expect(await delivery('held', made)).toMatchObject({ state: 'pending' });
  });

  it('is sent now by a retry, and not at all after it was cancelled', async () => {
    await makeEndpoint('hurried');
    const made = await send('hurried', { deliverAt: inMs(hourMs) });
    expect((await act('hurried', made, 'retry')).json['result']).toBe('brought forward');
    const { nextAttemptAt } = await delivery('hurried', made);
    expect(Date.parse(String(nextAttemptAt))).toBeLessThan(Date.now() + 60_000);
    const other = await send('hurried', { deliverAt: inMs(hourMs) });
    expect((await act('hurried', other, 'cancel')).json['state']).toBe('cancelled');
  });
});

describe('an ordered endpoint', () => {
  it('gets its deliveries queued and numbered by key, and its drain wanted once', async () => {
    await makeEndpoint('numbered', { ordered: true });
    const made = [
      await send('numbered', { orderingKey: 'a' }),
      await send('numbered'),
      await send('numbered', { orderingKey: 'a' }),
      await send('numbered'),
    ];
    const shown = await Promise.all(made.map((one) => delivery('numbered', one)));
    expect(shown.map(({ orderingKey, orderingNumber }) => [orderingKey, orderingNumber])).toEqual([
      ...[
        ['a', 1],
        [null, 1],
        ['a', 2],
        [null, 2],
      ],
    ]);
    expect(shown.map(({ state }) => state)).toEqual(made.map(() => 'queued'));
    expect(await outboxOf('numbered')).toEqual(['drainEndpoint']);
  });

  it('numbers the lines of one submission in their order', async () => {
    await makeEndpoint('bulk-order', { ordered: true });
    const body = Array.from({ length: 50 }, (_, n) =>
      JSON.stringify({ type: 'a', data: n, orderingKey: 'k' }),
    ).join('\n');
    const headers = { 'content-type': 'application/x-ndjson' };
    const { text } = await api.call('POST', '/v1/tenants/bulk-order/events/bulk', {
      body,
      headers,
    });
    const eventIds = text
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { id: string }).id);
    const numbers = await Promise.all(
      eventIds.map(async (eventId) => {
        const path = `/v1/tenants/bulk-order/deliveries?eventId=${eventId}`;
        const [one] = (await api.call('GET', path)).json['data'] as { orderingNumber: number }[];
        return one?.orderingNumber;
      }),
    );
    expect(numbers).toEqual(Array.from({ length: 50 }, (_, n) => n + 1));
  });

  it('lets what blocks its order be cancelled, which has its drain look', async () => {
    await makeEndpoint('blocked', { ordered: true });
    const [first, second] = [await send('blocked'), await send('blocked')];
    await failAndBlock(first);
    expect(await delivery('blocked', first)).toMatchObject({ state: 'failed', blocksOrder: true });
    expect(await delivery('blocked', second)).toMatchObject({ blocksOrder: false });
    const before = await outboxOf('blocked');
    const cancelled = await act('blocked', first, 'cancel');
    expect(cancelled.json).toMatchObject({ state: 'cancelled', blocksOrder: false });
    expect(await outboxOf('blocked')).toContain('redeliver');
    expect((await outboxOf('blocked')).length).toBeGreaterThan(before.length + 1);
    expect((await act('blocked', first, 'cancel')).json['code']).toBe('delivery_final');
  });

  it('is blocked by what is tried again until that is delivered', async () => {
    await makeEndpoint('retried-block', { ordered: true });
    const first = await send('retried-block');
    await failAndBlock(first);
    expect((await act('retried-block', first, 'retry')).json['result']).toBe('new round');
    expect(await delivery('retried-block', first)).toMatchObject({
      ...{ state: 'queued', blocksOrder: true, orderingNumber: 1 },
    });
    expect((await act('retried-block', first, 'cancel')).json['blocksOrder']).toBe(false);
  });

  it('has nothing that blocks it any more once it goes on past failures', async () => {
    const endpointId = await makeEndpoint('skips', { ordered: true });
    const first = await send('skips');
    await failAndBlock(first);
    const at = `/v1/tenants/skips/endpoints/${endpointId}`;
    const same = await api.call('PATCH', at, { body: { description: 'the same' } });
    expect(same.json).toMatchObject({ ordered: true, onFailure: 'block' });
    expect(await delivery('skips', first)).toMatchObject({ blocksOrder: true });
    await api.call('PATCH', at, { body: { onFailure: 'skip' } });
    expect(await delivery('skips', first)).toMatchObject({ blocksOrder: false });
  });

  it('remembers since when it is one', async () => {
    const endpointId = await makeEndpoint('since');
    const at = `/v1/tenants/since/endpoints/${endpointId}`;
    const since = async (): Promise<string | null> => {
      const { rows } = await api.pool.query<{ since: string | null }>(
        'SELECT ordered_since::text AS since FROM endpoints WHERE id = $1',
        [endpointId.slice('ep_'.length)],
      );
      return rows[0]?.since ?? null;
    };
    expect(await since()).toBeNull();
    await api.call('PATCH', at, { body: { ordered: true } });
    const first = await since();
    expect(first).not.toBeNull();
    await api.call('PATCH', at, { body: { ordered: true, description: 'x' } });
    expect(await since()).toBe(first);
    await api.call('PATCH', at, { body: { ordered: null } });
    expect(await since()).toBeNull();
  });
});

describe('an expired event', () => {
  it('is not tried again', async () => {
    await makeEndpoint('expired');
    const made = await send('expired', { expiresAt: inMs(hourMs) });
    await api.pool.query(
      `UPDATE deliveries SET expires_at = now(), state = 'failed', due_at = NULL WHERE id = $1`,
      [made.deliveryId.slice('dlv_'.length)],
    );
    const { status, json } = await act('expired', made, 'retry');
    expect([status, json['code']]).toEqual([409, 'event_expired']);
  });
});

describe('a paused endpoint', () => {
  it('is enabled and takes events; what is open is queued until it is resumed', async () => {
    const endpointId = await makeEndpoint('paused');
    const at = `/v1/tenants/paused/endpoints/${endpointId}`;
    const before = await send('paused');
    const first = await api.call('POST', `${at}/pause`);
    expect(first.json).toMatchObject({ enabled: true, pausedAt: expect.stringMatching(/Z$/) });
    const again = await api.call('POST', `${at}/pause`);
    expect(again.json).toEqual(first.json);
    const after = await send('paused');
    for (const made of [before, after]) {
      expect(await delivery('paused', made)).toMatchObject({
        ...{ state: 'queued', reason: 'the endpoint is paused' },
      });
    }
    const refused = await act('paused', after, 'retry');
    expect([refused.status, refused.json['code']]).toEqual([409, 'endpoint_closed']);
    expect(await outboxOf('paused')).not.toContain('drainEndpoint');
    const resumed = await api.call('POST', `${at}/resume`);
    expect(resumed.json).toMatchObject({ pausedAt: null });
    expect((await api.call('POST', `${at}/resume`)).json).toEqual(resumed.json);
    expect(await outboxOf('paused')).toContain('drainEndpoint');
  });

  it("of others doesn't exist", async () => {
    const endpointId = await makeEndpoint('mine');
    for (const verb of ['pause', 'resume']) {
      const path = `/v1/tenants/other/endpoints/${endpointId}/${verb}`;
      expect((await api.call('POST', path)).status).toBe(404);
    }
  });
});

describe('a change of an endpoint', () => {
  it('has its drain look, and a new URL of one that is down asked at once', async () => {
    const endpointId = await makeEndpoint('changed');
    const at = `/v1/tenants/changed/endpoints/${endpointId}`;
    await api.pool.query(
      `UPDATE endpoints SET circuit_opened_at = now(), next_probe_at = now() + interval '1 h' WHERE id = $1`,
      [endpointId.slice('ep_'.length)],
    );
    // Its drain rests until the probe.
    await api.pool.query(
      `INSERT INTO endpoint_queue (endpoint_id, due_at) VALUES ($1, now() + interval '1 h')`,
      [endpointId.slice('ep_'.length)],
    );
    const probeInMs = ({ json }: Answered): number =>
      Date.parse((json['health'] as { nextProbeAt: string }).nextProbeAt) - Date.now();
    const faster = await api.call('PATCH', at, { body: { rateLimitPerSecond: 5 } });
    expect(probeInMs(faster)).toBeGreaterThan(hourMs / 2);
    expect(await outboxOf('changed')).toContain('drainEndpoint');
    const moved = await api.call('PATCH', at, { body: { url: 'https://hooks.example.com/new' } });
    expect(probeInMs(moved)).toBeLessThan(60_000);
    const unbounded = await api.call('PATCH', at, { body: { rateLimitPerSecond: null } });
    expect(unbounded.json).toMatchObject({ rateLimitPerSecond: null });
  });
});
