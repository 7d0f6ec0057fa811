import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApi, type TestApi } from './startTestApi.js';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.stop());

const base = '/v1/tenants/acme';

async function endpoint(fields: object): Promise<string> {
  const body = { url: 'https://hooks.example.com/', eventTypes: ['*'], ...fields };
  const { status, json, text } = await api.call('POST', `${base}/endpoints`, { body });
  expect(status, text).toBe(201);
  return String(json['id']);
}

async function submit(fields: object = {}): Promise<string> {
  const body = { type: 'job.end', data: { status: 'ok' }, ...fields };
  return String((await api.call('POST', `${base}/events`, { body })).json['id']);
}

describe('matching', () => {
  it('says of each endpoint whether it wants the event, or why not', async () => {
    const wanted = await endpoint({ filters: { 'data./status': ['ok'] } });
    const otherType = await endpoint({ eventTypes: ['job.start'] });
    const otherData = await endpoint({ filters: { 'data./status': ['failed'] } });
    const disabled = await endpoint({ enabled: false });
    const deleted = await endpoint({});
    const event = await submit({ endpoint: { url: 'https://once.example.com/' } });
    const late = await endpoint({});
    await api.call('DELETE', `${base}/endpoints/${deleted}`);
    const { status, json } = await api.call('GET', `${base}/events/${event}/matching`);
    expect(status).toBe(200);
    const none = { matched: false, delivery: null };
    const delivery = expect.stringMatching(/^dlv_/);
    expect(json).toEqual({
      nextCursor: null,
      data: [
        { endpointId: late, matched: true, delivery: null, reason: expect.stringContaining('now') },
        {
          endpointId: disabled,
          matched: true,
          delivery: { id: delivery, state: 'queued' },
          reason: 'the endpoint is disabled',
        },
        { ...none, endpointId: otherData, reason: expect.stringContaining('wants failed') },
        { ...none, endpointId: otherType, reason: "its types don't include job.end" },
        {
          endpointId: wanted,
          matched: true,
          delivery: { id: delivery, state: 'pending' },
          reason: null,
        },
      ],
    });
  });

  it('goes page by page', async () => {
    const event = await submit();
    const all = await api.call('GET', `${base}/events/${event}/matching`);
    const first = await api.call('GET', `${base}/events/${event}/matching?limit=2`);
    const cursor = String(first.json['nextCursor']);
    const rest = await api.call('GET', `${base}/events/${event}/matching?cursor=${cursor}`);
    const pages = [first, rest].map(({ json }) => json['data'] as unknown[]);
    expect(pages.flat()).toEqual(all.json['data']);
  });

  it('is of events that are there, and yours', async () => {
    const event = await submit();
    const none = 'evt_01890000-0000-7000-8000-000000000000';
    expect((await api.call('GET', `${base}/events/${none}/matching`)).status).toBe(404);
    expect((await api.call('GET', `/v1/tenants/globex/events/${event}/matching`)).status).toBe(404);
    expect((await api.call('GET', `${base}/events/evt_1/matching`)).status).toBe(400);
  });
});
