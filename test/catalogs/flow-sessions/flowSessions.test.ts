import { describe, expect, it } from 'vitest';
import { onlyDelivery } from '../../e2e/apiClient.js';
import type { ApiClient } from '../../e2e/apiClient.js';
import { useTestService } from '../../e2e/useTestService.js';
import { verifySignature } from '../../e2e/verifySignature.js';

const { service, newReceiver } = await useTestService();
const receiver = await newReceiver();

const format = 'flow-sessions';
const scope = 'flow:onboarding';
const attributes = { flow: 'onboarding' };
const session = { session_id: 's-1', success: true, flow_name: 'Onboarding' };

const bodyOf = (path: string, at = 0): string =>
  String(receiver.requests.filter(({ url }) => url === path)[at]?.body.toString('utf8'));

async function refused(client: ApiClient, event: object): Promise<Record<string, unknown>> {
  const before = (await client.call('GET', 'events')).text;
  const { status, text } = await client.call('POST', 'events', { body: event });
  expect(status, text).toBe(422);
  expect((await client.call('GET', 'events')).text).toBe(before);
  return JSON.parse(text) as Record<string, unknown>;
}

describe('an event of a flow session', () => {
  it('is sent as the eight fields, those of the product byte for byte', async () => {
    const client = await service.clientOf('fields');
    const secret = 'a secret of the user';
    await client.createEndpoint(`${receiver.url}/fields`, { format, scope, secret });
    const event = await client.send(
      `{"type":"technology.end","timestamp":"2026-01-31T13:45:00.999+02:00","attributes":{"flow":["other","onboarding"]},` +
        `"data":{ "data":{"score": 0.10,"technology_code":"liveness"} ,"flow_name":"Gr\\u00fc\\u00dfe","metadata" : {"n":12345678901234567890},"success":false,"session_id":"s-1"}}`,
    );
    await client.until(onlyDelivery(event), 'delivered');
    expect(bodyOf('/fields')).toBe(
      `{"id":"${event.id}","event":"technology.end","session_id":"s-1","created":1769859900,"success":false,` +
        `"flow_name":"Gr\\u00fc\\u00dfe","metadata":{"n":12345678901234567890},"data":{"score": 0.10,"technology_code":"liveness"}}`,
    );
    const [request] = receiver.requests.filter(({ url }) => url === '/fields');
    if (request === undefined) throw new Error('Nothing came');
    expect(request.headers['webhook-id']).toBe(event.id);
    verifySignature(request, `whsec_${Buffer.from(secret).toString('base64')}`);
  });

  it('has metadata and data when the product gave none, also where it is stored', async () => {
    const client = await service.clientOf('empty');
    await client.createEndpoint(`${receiver.url}/empty`, { format, scope });
    const beforeSeconds = Math.floor(Date.now() / 1_000);
    const event = await client.send({ type: 'flow.start', attributes, data: session });
    await client.until(onlyDelivery(event), 'delivered');
    const body = JSON.parse(bodyOf('/empty')) as Record<string, unknown>;
    expect(Object.keys(body)).toEqual([
      ...['id', 'event', 'session_id', 'created', 'success', 'flow_name', 'metadata', 'data'],
    ]);
    expect(body).toMatchObject({ id: event.id, event: 'flow.start', metadata: {}, data: {} });
    expect(body['created']).toSatisfy(
      (created: number) => Number.isInteger(created) && created >= beforeSeconds,
    );
    const stored = await client.call('GET', `events/${event.id}`);
    expect(stored.text).toContain(
      `"data":${JSON.stringify(session).slice(0, -1)},"metadata":{},"data":{}}`,
    );
  });

  const whole = { ...session, metadata: {}, data: { technology_code: 'c' } };
  it.each([
    [{ type: 'flow.start', data: { ...session, success: 'true' } }, '/data/success'],
    [{ type: 'flow.end', data: { ...session, session_id: 7 } }, '/data/session_id'],
    [{ type: 'flow.end', data: { success: true, flow_name: 'f' } }, '/data'],
    [{ type: 'flow.end', data: { ...session, flow_name: null } }, '/data/flow_name'],
    [{ type: 'flow.end', data: { ...session, metadata: null } }, '/data/metadata'],
    [{ type: 'flow.end', data: { ...session, data: [] } }, '/data/data'],
    [{ type: 'flow.end', data: { ...session, created: 1 } }, '/data'],
    [{ type: 'flow.end', data: 'text' }, '/data'],
    [{ type: 'technology.start', data: session }, '/data'],
    [{ type: 'technology.start', data: { ...whole, data: {} } }, '/data/data'],
    [
      { type: 'technology.end', data: { ...whole, data: { technology_code: 1 } } },
      '/data/data/technology_code',
    ],
  ])('is refused as %j', async (event, pointer) => {
    const problem = await refused(await service.clientOf('refused'), { ...event, attributes });
    expect(problem).toMatchObject({ code: 'data_breaks_schema' });
    const pointers = (problem['errors'] as { pointer: string }[]).map((part) => part.pointer);
    expect(pointers).toContain(pointer);
  });

  it('is refused where a member of its data stands twice', async () => {
    const client = await service.clientOf('refused');
    const { status, text } = await client.call('POST', 'events', {
      body: `{"type":"flow.end","data":{"session_id":"a","session_id":"b","success":true,"flow_name":"f"}}`,
    });
    expect({ status, ...(JSON.parse(text) as object) }).toMatchObject({
      status: 422,
      code: 'data_breaks_rule',
      errors: [{ pointer: '/data', detail: expect.stringContaining('"session_id" stands twice') }],
    });
  });

  it('goes to the endpoints of its flow alone, and is retried on errors', async () => {
    const client = await service.clientOf('flows');
    let fails = true;
    receiver.setScript(({ url }) => {
      if (url !== '/retried' || !fails) return {};
      fails = false;
      return { status: 500 };
    });
    await client.createEndpoint(`${receiver.url}/retried`, { format, scope });
    await client.createEndpoint(`${receiver.url}/other-flow`, { format, scope: 'flow:other' });
    const event = await client.send({ type: 'flow.end', attributes, data: session });
    const { attempts } = await client.until(onlyDelivery(event), 'delivered');
    expect(attempts.map(({ status }) => status)).toEqual([200, 500]);
    expect(bodyOf('/retried', 1)).toBe(bodyOf('/retried', 0));
    expect(bodyOf('/other-flow')).toBe('undefined');
    const without = await client.send({ type: 'flow.end', data: session });
    expect(without.deliveries).toEqual([]);
  });
});

describe('the endpoints of a flow', () => {
  const endpoint = (client: ApiClient, fields: object = {}) =>
    client.call('POST', 'endpoints', {
      body: { url: `${receiver.url}/limit`, eventTypes: ['*'], format, scope, ...fields },
    });
  const idOf = ({ text }: { text: string }): string => (JSON.parse(text) as { id: string }).id;
  const full = {
    status: 409,
    code: 'scope_limit',
    detail: expect.stringMatching(/flow:onboarding has 5 endpoints .*disabled ones included/),
    errors: [{ pointer: '/scope' }],
  };

  it('are five at most, disabled ones included, deleted ones not', async () => {
    const client = await service.clientOf('limit');
    const ids: string[] = [];
    for (const enabled of [true, true, true, false, false]) {
      const made = await endpoint(client, { enabled });
      expect(made.status, made.text).toBe(201);
      ids.push(idOf(made));
    }
    expect(JSON.parse((await endpoint(client)).text)).toMatchObject(full);
    const dry = await client.call('POST', 'endpoints?dryRun=true', {
      body: { url: receiver.url, eventTypes: ['*'], format, scope },
    });
    expect(JSON.parse(dry.text)).toMatchObject(full);

    const contradicting = await client.call('PATCH', `endpoints/${ids[0]}`, {
      body: { require: { flow: ['another'] } },
    });
    expect(JSON.parse(contradicting.text)).toMatchObject({
      status: 422,
      errors: [{ pointer: '/require/flow' }],
    });

    // Each change of one of the five is none of their number.
    const changed = await client.call('PATCH', `endpoints/${ids[0]}`, {
      body: { url: `${receiver.url}/limit-changed`, enabled: false, scope },
    });
    expect(changed.status, changed.text).toBe(200);
    // Other flows, tenants, environments and formats have places of their own.
    const elsewhere = await endpoint(client, { scope: 'flow:other' });
    const asStandard = await endpoint(client, { format: 'standard' });
    const production = await service.clientOf('limit', 'production');
    for (const made of [
      elsewhere,
      asStandard,
      await endpoint(await service.clientOf('limit-other')),
      await endpoint(production),
    ]) {
      expect(made.status, made.text).toBe(201);
    }
    for (const [id, body] of [
      [idOf(elsewhere), { scope }],
      [idOf(asStandard), { format }],
    ] as const) {
      const moved = await client.call('PATCH', `endpoints/${id}`, { body });
      expect(JSON.parse(moved.text)).toMatchObject(full);
    }

    expect((await client.call('DELETE', `endpoints/${ids[4]}`)).status).toBe(204);
    const moved = await client.call('PATCH', `endpoints/${idOf(elsewhere)}`, { body: { scope } });
    expect(moved.status, moved.text).toBe(200);
    expect(JSON.parse((await endpoint(client)).text)).toMatchObject(full);
  });

  it('are five also when ten are made, and others moved there, at once', async () => {
    const client = await service.clientOf('race');
    const others = await Promise.all(
      ['a', 'b', 'c', 'd', 'e'].map((flow) => endpoint(client, { scope: `flow:${flow}` })),
    );
    const answers = await Promise.all([
      ...Array.from({ length: 10 }, () => endpoint(client)),
      ...others.map((other) =>
        client.call('PATCH', `endpoints/${idOf(other)}`, { body: { scope } }),
      ),
    ]);
    const taken = answers.filter(({ status }) => status < 300);
    const refusals = answers.filter(({ status }) => status === 409);
    expect([taken.length, refusals.length]).toEqual([5, 10]);
    for (const { text } of refusals) expect(JSON.parse(text)).toMatchObject(full);
    const { text } = await client.call('GET', 'endpoints?limit=250');
    const { data } = JSON.parse(text) as { data: { scope: string }[] };
    expect(data.filter((one) => one.scope === scope)).toHaveLength(5);
  });

  it('can be changed, tested before and after saving, and deleted', async () => {
    const client = await service.clientOf('tested');
    const { id } = await client.createEndpoint(`${receiver.url}/tested`, { format, scope });
    const saved = await client.post(`endpoints/${id}/test`, { eventType: 'technology.start' });
    const unsaved = await client.post('endpoints/test', {
      url: `${receiver.url}/tested`,
      eventType: 'flow.end',
      format,
    });
    for (const [at, test, type] of [
      [0, saved, 'technology.start'],
      [1, unsaved, 'flow.end'],
    ] as const) {
      expect(test).toMatchObject({ outcome: 'success', status: 200 });
      const body = JSON.parse(bodyOf('/tested', at)) as Record<string, unknown>;
      const { webhookId } = test as { webhookId: string };
      expect(body).toMatchObject({ id: webhookId, event: type, success: true });
      expect(body['data']).toEqual(
        type === 'flow.end' ? {} : { technology_code: expect.any(String) },
      );
    }
    const misfit = await client.call('POST', `endpoints/${id}/test`, {
      body: { eventType: 'order.paid' },
    });
    expect(JSON.parse(misfit.text)).toMatchObject({
      status: 422,
      code: 'data_unfit_for_format',
      detail: expect.stringContaining('order.paid is none'),
    });
    const changed = await client.call('PATCH', `endpoints/${id}`, {
      body: { url: `${receiver.url}/moved`, eventTypes: ['flow.end'] },
    });
    expect(changed.status).toBe(200);
    const event = await client.send({ type: 'flow.end', attributes, data: session });
    await client.until(onlyDelivery(event), 'delivered');
    expect(bodyOf('/moved')).toContain(event.id);
    expect((await client.call('DELETE', `endpoints/${id}`)).status).toBe(204);
    const late = await client.send({ type: 'flow.end', attributes, data: session });
    expect(late.deliveries).toEqual([]);
  });
});
