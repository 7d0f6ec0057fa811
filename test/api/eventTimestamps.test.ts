import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApi, type TestApi } from './startTestApi.js';

let api: TestApi;

beforeAll(async () => {
  api = await startTestApi();
});
afterAll(async () => {
  await api.stop();
});

const events = '/v1/tenants/acme/events';
const send = (timestamp: string) =>
  api.call('POST', events, { body: { type: 'a.b', data: {}, timestamp } });

describe("an event's timestamp", () => {
  it.each([
    '0001-01-01T00:00:00Z',
    '9999-12-31T23:59:59Z',
    '2026-01-31T13:45:00.123456789+14:00',
    '2026-01-31T13:45:00-12:00',
  ])('may be %s, and is read again', async (timestamp) => {
    const { status, json } = await send(timestamp);
    expect(status).toBe(202);
    expect((await api.call('GET', `${events}/${String(json['id'])}`)).status).toBe(200);
  });

  it.each([
    '0000-01-01T00:00:00Z',
    '9999-12-31T23:59:59.9999999Z',
    '9999-12-31T23:59:59-12:00',
    '2026-06-30T23:59:59+23:59',
    '2026-06-30T23:59:59-14:01',
  ])('may not be %s, which Postgres does not keep as it is', async (timestamp) => {
    const { status, json } = await send(timestamp);
    expect([status, json['code']]).toEqual([422, 'invalid_request']);
  });
});
