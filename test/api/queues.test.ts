import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { insertDelivery } from '../store/storeScene.js';
import { startTestApi, type TestApi } from './startTestApi.js';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.stop());

async function endpointOf(tenant: string): Promise<{ id: string; uuid: string }> {
  const body = { url: 'https://hooks.example.com/a?token=hidden', eventTypes: ['*'] };
  const { json } = await api.call('POST', `/v1/tenants/${tenant}/endpoints`, { body });
  const id = String(json['id']);
  return { id, uuid: id.slice('ep_'.length) };
}

describe('/v1/queues', () => {
  it('tells what waits over all tenants, the longest first, and shows no query of a URL', async () => {
    const [busy, owners, retried, idle] = [
      await endpointOf('acme'),
      await endpointOf('globex'),
      await endpointOf('acme'),
      await endpointOf('acme'),
    ];
    await api.call('POST', `/v1/tenants/globex/endpoints/${owners.id}/disable`);
    await api.call('POST', `/v1/tenants/acme/endpoints/${idle.id}/pause`);
    for (const { uuid } of [busy, busy, owners]) {
      await insertDelivery(api.pool, uuid, { state: 'queued' });
    }
    await insertDelivery(api.pool, retried.uuid, { state: 'retrying' });
    await api.pool.query(
      'INSERT INTO endpoint_queue (endpoint_id, wanted, due_at) VALUES ($1, true, now())',
      [busy.uuid],
    );
    const { text, json } = await api.call('GET', '/v1/queues');
    expect(text).not.toContain('hidden');
    const oldestQueuedAt = expect.stringMatching(/Z$/);
    expect(json).toMatchObject({
      data: [
        { endpointId: busy.id, state: 'open', drain: 'looking', queued: 2, oldestQueuedAt },
        { endpointId: owners.id, tenant: 'globex', state: 'disabled', drain: null, queued: 1 },
        { endpointId: retried.id, state: 'open', retrying: 1, queued: 0, oldestQueuedAt: null },
      ],
      isWhole: true,
    });
    expect(json['data']).toHaveLength(3);
    const key = await api.makeKey({ tenant: 'globex' });
    const own = await api.call('GET', '/v1/queues', { key });
    expect(own.json).toMatchObject({ data: [{ endpointId: owners.id }] });
    expect((await api.call('GET', '/v1/queues?tenant=acme', { key })).status).toBe(404);
    expect((await api.call('GET', '/v1/queues?tenant=nobody')).json).toEqual({
      data: [],
      isWhole: true,
    });
    const few = await api.call('GET', '/v1/queues?limit=1');
    expect(few.json['data']).toHaveLength(1);
  });
});
