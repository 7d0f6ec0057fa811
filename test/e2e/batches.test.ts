import { describe, expect, it } from 'vitest';
import { eventually } from '../setup/eventually.js';
import type { ScriptedAnswer } from '../setup/receiver.js';
import { startLedger } from '../workflows/batchLedger.js';
import { dispatchImport, insertImport, shownDelivery } from '../workflows/importScene.js';
import type { ApiClient } from './apiClient.js';
import { useTestService } from './useTestService.js';

const { service } = await useTestService();
const client = await service.clientOf('acme');

interface Said {
  status: number;
  body: unknown;
}

async function call(api: ApiClient, method: string, path: string): Promise<Said> {
  const { status, text } = await api.call(method, path.slice(1));
  return { status, body: JSON.parse(text) as unknown };
}
const get = async (path: string): Promise<Said> => await call(client, 'GET', path);
const postTo = async (path: string, api = client): Promise<Said> => await call(api, 'POST', path);

const failing = (): ScriptedAnswer => ({ status: 503, body: 'no room' });

/** Three batches of ten rows. */
async function startImport(schedule: number[]) {
  const ledger = await startLedger((_, index) => (index === 1 ? failing() : {}));
  const { id } = await client.createEndpoint(ledger.url);
  const endpointIds = [id.slice('ep_'.length)];
  const made = await insertImport(service.pool, { endpointIds, rows: 30, batchSize: 10, schedule });
  await dispatchImport(service.pool, made);
  const deliveryId = shownDelivery(made.deliveryIds[0] ?? '');
  return { ledger, made, deliveryId };
}

const delivery = async (id: string) => (await get(`/deliveries/${id}`)).body;

describe('batches over the API', () => {
  it('are listed with their attempts and what was answered to them', async () => {
    const { ledger, deliveryId } = await startImport([0.1]);
    await client.until(deliveryId, 'delivered');
    expect(await delivery(deliveryId)).toMatchObject({
      batches: { paused: false, batches: 3, acknowledged: 3, totalRows: 30, acknowledgedRows: 30 },
      workflow: { id: `batches/${deliveryId}` },
      attempts: [],
    });
    const first = (await get(`/deliveries/${deliveryId}/batches?limit=2`)).body;
    expect(first).toMatchObject({
      data: [
        { number: 1, rowOffset: 0, rowCount: 10, state: 'acknowledged', attemptCount: 1 },
        { number: 2, webhookId: `${deliveryId}_2`, attemptCount: 2 },
      ],
    });
    const { nextCursor } = first as { nextCursor: string };
    const rest = (await get(`/deliveries/${deliveryId}/batches?cursor=${nextCursor}`)).body;
    expect(rest).toMatchObject({ data: [{ number: 3 }], nextCursor: null });
    expect((await get(`/deliveries/${deliveryId}/batches/2`)).body).toMatchObject({
      number: 2,
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
      attempts: [
        { number: 2, outcome: 'success', status: 200, late: false },
        { number: 1, outcome: 'failure', status: 503, responseBody: 'no room' },
      ],
    });
    expect((await get(`/deliveries/${deliveryId}/batches/4`)).status).toBe(404);
    await ledger.close();
  });

  it('are held, let go and cancelled with their import', async () => {
    const { ledger, made, deliveryId } = await startImport([3_600]);
    await client.until(deliveryId, 'retrying');
    const post = async (verb: string) => await postTo(`/imports/${made.name}/${verb}`);
    expect(await post('pause')).toMatchObject({
      status: 200,
      body: { id: made.name, state: 'complete', deliveries: [{ id: deliveryId, paused: true }] },
    });
    await postTo(`/deliveries/${deliveryId}/retry`);
    expect(await post('resume')).toMatchObject({ body: { deliveries: [{ paused: false }] } });
    await client.until(deliveryId, 'delivered');
    expect(ledger.indexes()).toEqual([1, 2, 2, 3]);

    const other = await startImport([3_600]);
    await client.until(other.deliveryId, 'retrying');
    expect(await postTo(`/imports/${other.made.name}/cancel`)).toMatchObject({
      status: 200,
      body: { state: 'complete', deliveries: [{ state: 'cancelled', acknowledged: 1 }] },
    });
    await ledger.close();
    await other.ledger.close();
  });

  it('of an import that is open or unknown are refused', async () => {
    await service.pool.query(
      `INSERT INTO imports (id, environment, tenant, name, attributes, metadata, event_types, keep_rows)
       VALUES (gen_random_uuid(), 'test', 'acme', 'still-open', '{}', '{}', '{}', true)`,
    );
    const post = async (path: string) => await postTo(`/imports/${path}`);
    expect(await post('unknown/pause')).toMatchObject({ status: 404 });
    expect(await post('still-open/pause')).toMatchObject({
      ...{ status: 409, body: { code: 'import_not_complete' } },
    });
    expect(await post('still-open/cancel')).toMatchObject({
      ...{ status: 200, body: { state: 'cancelled', deliveries: [] } },
    });
    expect(await post('still-open/resume')).toMatchObject({
      ...{ status: 409, body: { code: 'import_cancelled' } },
    });
    const others = await service.clientOf('somebody-else');
    expect((await postTo('/imports/still-open/cancel', others)).status).toBe(404);
  });

  it('are counted', async () => {
    await eventually(async () => {
      const page = await (await fetch(`${service.url}/metrics`)).text();
      expect(page).toMatch(/everhook_batches_total\{outcome="success"\} [1-9]/);
      expect(page).toMatch(/everhook_batch_rows_acknowledged_total [1-9]/);
    });
  });
});
