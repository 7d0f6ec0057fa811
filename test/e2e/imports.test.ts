import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { ApiClient } from './apiClient.js';
import { importRows, onlyRun, rowLines, untilAllSent } from './importClient.js';
import { useTestService } from './useTestService.js';
import { sentBatchIn } from '../setup/sentBatch.js';
import { verifySignature } from './verifySignature.js';

const { service, newReceiver } = await useTestService();

const admin = await service.clientOf('admin');
await admin.call('PUT', '/v1/event-types/sheet.rows', { body: { rows: 'all' } });

describe('an import', { timeout: 120_000 }, () => {
  it('of 50,000 rows arrives in batches, one at a time, every row once and in order', async () => {
    const client = await service.clientOf('whole');
    let underWay = 0;
    let most = 0;
    const receiver = await newReceiver(async () => {
      underWay += 1;
      most = Math.max(most, underWay);
      await sleep(5);
      underWay -= 1;
      return {};
    });
    const { id: endpointId } = await client.createEndpoint(receiver.url, {
      eventTypes: ['sheet.rows'],
    });
    const done = await importRows(client, { eventTypes: ['sheet.rows'] }, rowLines(50_000));
    const deliveryId = onlyRun(done);
    await untilAllSent(client, deliveryId);

    expect(receiver.requests).toHaveLength(10);
    expect(most).toBe(1);
    const batches = receiver.requests.map(({ body }) => sentBatchIn(body));
    batches.forEach((batch, place) => {
      expect({ ...batch, rows: batch.rows.length }).toMatchObject({
        ...{ importId: done.id, index: place + 1, batches: 10, offset: place * 5_000 },
        ...{ rowCount: 5_000, totalRows: 50_000, last: place === 9, rows: 5_000 },
      });
    });
    const numbers = batches.flatMap(({ rows }) => rows.map(({ data }) => data.n));
    expect(numbers.every((n, place) => n === place)).toBe(true);
    expect(new Set(batches.flatMap(({ rows }) => rows.map(({ id }) => id))).size).toBe(50_000);
    const ids = receiver.requests.map(({ headers }) => headers['webhook-id']);
    expect(ids).toEqual(batches.map(({ index }) => `${deliveryId}_${index}`));
    const { text } = await client.call('GET', `endpoints/${endpointId}/secret`);
    const { secret } = JSON.parse(text) as { secret: string };
    for (const request of receiver.requests) verifySignature(request, secret);
  });

  it('brings each endpoint the rows that its type is about', async () => {
    const client = await service.clientOf('choices');
    const receiver = await newReceiver();
    const types = ['all', 'validData', 'invalidData'];
    for (const type of types) {
      await client.createEndpoint(`${receiver.url}/${type}`, { eventTypes: [type], batchSize: 4 });
    }
    const { events } = await importRows(client, { eventTypes: types }, rowLines(10));
    const runs = events.flatMap(({ deliveries }) => deliveries.map(({ id }) => id));
    expect(runs).toHaveLength(3);
    for (const id of runs) await untilAllSent(client, id);
    const rowsOf = (type: string): number[] =>
      receiver.requests
        .filter(({ url }) => url === `/${type}`)
        .flatMap(({ body }) => sentBatchIn(body).rows.map(({ data }) => data.n));
    expect(rowsOf('all')).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(rowsOf('validData')).toEqual([0, 1, 3, 4, 6, 7, 9]);
    expect(rowsOf('invalidData')).toEqual([2, 5, 8]);
  });

  it('whose receiver fails goes on where it was, and shows how far it is', async () => {
    const client = await service.clientOf('failing');
    let isUp = true;
    const receiver = await newReceiver((_, index) => ({ status: index < 2 || isUp ? 200 : 503 }));
    isUp = false;
    await client.createEndpoint(receiver.url, {
      eventTypes: ['sheet.rows'],
      retrySchedule: [0.05],
    });
    const wish = { eventTypes: ['sheet.rows'], batchSize: 10 };
    const done = await importRows(client, wish, rowLines(50));
    const id = onlyRun(done);
    await client.until(id, 'failed');
    const { text } = await client.call('GET', `imports/${done.id}`);
    expect(JSON.parse(text)).toMatchObject({
      deliveries: [{ id, state: 'failed', batches: 5, acknowledged: 2, acknowledgedRows: 20 }],
    });
    isUp = true;
    await client.retry(id);
    await untilAllSent(client, id);
    const acknowledged = receiver.requests.slice(0, 2).concat(receiver.requests.slice(4));
    expect(acknowledged.map(({ body }) => sentBatchIn(body).index)).toEqual([1, 2, 3, 4, 5]);
  });

  it('whose receiver has enough is at its end', async () => {
    const client = await service.clientOf('stopping');
    const receiver = await newReceiver((_, index) =>
      index === 1 ? { status: 200, body: '{"stop": true}' } : {},
    );
    await client.createEndpoint(receiver.url, { eventTypes: ['sheet.rows'], batchSize: 10 });
    const id = onlyRun(await importRows(client, { eventTypes: ['sheet.rows'] }, rowLines(50)));
    const { reason } = await untilAllSent(client, id);
    expect(reason).toContain('2 of 5');
    expect(receiver.requests).toHaveLength(2);
  });

  it('waits while it is paused, and goes on when it is resumed', async () => {
    const client = await service.clientOf('pausing');
    const receiver = await newReceiver();
    const { id: endpointId } = await client.createEndpoint(receiver.url, {
      ...{ eventTypes: ['sheet.rows'], batchSize: 10, enabled: false },
    });
    const done = await importRows(client, { eventTypes: ['sheet.rows'] }, rowLines(30));
    await client.post(`imports/${done.id}/pause`);
    await client.post(`endpoints/${endpointId}/enable`);
    const shown = async (): Promise<{ deliveries: { paused: boolean }[] }> =>
      JSON.parse((await client.call('GET', `imports/${done.id}`)).text) as never;
    expect((await shown()).deliveries).toMatchObject([{ paused: true, acknowledged: 0 }]);
    await client.post(`imports/${done.id}/resume`);
    await untilAllSent(client, onlyRun(done));
    expect(receiver.requests).toHaveLength(3);
  });

  it('that is cancelled sends no more', async () => {
    const client = await service.clientOf('cancelling');
    const receiver = await newReceiver(() => ({ status: 503 }));
    await client.createEndpoint(receiver.url, { eventTypes: ['sheet.rows'], retrySchedule: [300] });
    const done = await importRows(client, { eventTypes: ['sheet.rows'] }, rowLines(30));
    await client.until(onlyRun(done), 'retrying');
    await client.post(`imports/${done.id}/cancel`);
    await client.until(onlyRun(done), 'cancelled');
    expect(receiver.requests).toHaveLength(1);
  });

  it('is forgotten with its last acknowledgement where its product wants that', async () => {
    const client = await service.clientOf('forgetting');
    const receiver = await newReceiver();
    await client.createEndpoint(receiver.url, { eventTypes: ['sheet.rows'] });
    const wish = { eventTypes: ['sheet.rows'], keepRows: false };
    const done = await importRows(client, wish, rowLines(30));
    await untilAllSent(client, onlyRun(done));
    await untilGone(client, done.id);
    const again = await client.call('POST', `deliveries/${onlyRun(done)}/retry`);
    expect(again.status).toBe(409);
  });

  it('whose rows are kept is sent again whole, under the same ids', async () => {
    const client = await service.clientOf('resending');
    const receiver = await newReceiver();
    await client.createEndpoint(receiver.url, { eventTypes: ['sheet.rows'], batchSize: 10 });
    const id = onlyRun(await importRows(client, { eventTypes: ['sheet.rows'] }, rowLines(30)));
    await untilAllSent(client, id);
    expect(await client.retry(id)).toBe('new round');
    await receiver.waitFor(6);
    await untilAllSent(client, id);
    const sent = receiver.requests.map(({ headers, body }) => [
      headers['webhook-id'],
      body.toString(),
    ]);
    expect(sent.slice(3)).toEqual(sent.slice(0, 3));
  });
});

async function untilGone(client: ApiClient, importId: string): Promise<void> {
  await expect
    .poll(async () => (await client.call('GET', `imports/${importId}/rows`)).status, {
      timeout: 10_000,
    })
    .toBe(410);
}
