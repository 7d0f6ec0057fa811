import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestApi, type TestApi } from './startTestApi.js';

let api: TestApi;
let event: { id: string; deliveries: { id: string }[] };
const tenant = '/v1/tenants/acme';

beforeAll(async () => {
  api = await startTestApi();
  await api.call('POST', `${tenant}/endpoints`, {
    body: { url: 'https://hooks.example.com/', eventTypes: ['*'] },
  });
  const { json } = await api.call('POST', `${tenant}/events`, {
    body: { type: 'a.b', data: { n: 1 } },
  });
  event = json as typeof event;
  // As the housekeeping has it when the day of the event is over.
  await api.pool.query(
    `UPDATE retention SET payloads_from = lowest_uuid_at(now() + interval '1 hour')`,
  );
});
afterAll(() => api.stop());

it('an event is shown without what it carried, and says so', async () => {
  const { status, json } = await api.call('GET', `${tenant}/events/${event.id}`);
  expect(status).toBe(200);
  expect(json).toMatchObject({ id: event.id, type: 'a.b', payloadExpired: true });
  expect(json).not.toHaveProperty('data');
});

it('nobody knows any more whom it would match', async () => {
  const { status, json } = await api.call('GET', `${tenant}/events/${event.id}/matching`);
  expect([status, json['code']]).toEqual([410, 'payload_expired']);
});

it('a retry of its delivery says why there is none', async () => {
  const path = `${tenant}/deliveries/${event.deliveries[0]?.id}/retry`;
  const { status, json } = await api.call('POST', path);
  expect([status, json['code']]).toEqual([409, 'payload_expired_resend']);
});
