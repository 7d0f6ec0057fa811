import { Client, Connection } from '@temporalio/client';
import { expect, it } from 'vitest';
import { importRows, onlyRun } from '../e2e/importClient.js';
import { openScene } from '../faults/openScene.js';
import { metricsOf } from '../setup/metricsOf.js';
import { sentBatchIn } from '../setup/sentBatch.js';
import { workflowIdOf } from '../../src/contract/temporal.js';

const batches = 10_000;
/** A tenth of them at the beginning, and at the end. */
const share = batches / 10;
/** The server suggests to continue as new at 4,096 events. */
const maxHistoryEvents = 4_096;
const withinMs = 900_000;

it(`${batches} batches of one row: history, memory and time per batch don't grow`, async (context) => {
  const scene = await openScene(context);
  const process = await scene.start();
  const client = await scene.client(process);
  await client.call('PUT', '/v1/event-types/sheet.rows', { body: { rows: 'all' } });
  await client.createEndpoint(scene.receiver.url, { eventTypes: ['sheet.rows'], batchSize: 1 });
  const lines = Array.from({ length: batches }, (_, n) => `{"data":{"n":${n}}}\n`).join('');
  const deliveryId = onlyRun(await importRows(client, { eventTypes: ['sheet.rows'] }, lines));

  await scene.receiver.waitFor(share, withinMs);
  const early = await residentBytes(process.url);
  await client.until(deliveryId, 'delivered', withinMs);
  const late = await residentBytes(process.url);

  const { requests } = scene.receiver;
  expect(requests).toHaveLength(batches);
  const numbers = requests.map(({ body }) => sentBatchIn(body).rows[0]?.data.n);
  expect(numbers.every((n, place) => n === place)).toBe(true);
  const took = (from: number, to: number): number =>
    (requests[to]?.receivedAt ?? 0) - (requests[from]?.receivedAt ?? 0);
  const atFirst = took(0, share - 1);
  const atLast = took(batches - share, batches - 1);
  expect(atLast / atFirst).toBeLessThan(2);
  expect(late / early).toBeLessThan(1.25);
  expect(await historyEvents(scene.settings, deliveryId)).toBeLessThan(maxHistoryEvents);
}, 1_200_000);

async function residentBytes(url: string): Promise<number> {
  const metrics = await metricsOf(url);
  return metrics.get('process_resident_memory_bytes') ?? Number.NaN;
}

async function historyEvents(
  settings: Record<string, string>,
  deliveryId: string,
): Promise<number> {
  const connection = await Connection.connect({ address: settings['TEMPORAL_ADDRESS'] ?? '' });
  try {
    const namespace = settings['TEMPORAL_NAMESPACE'] ?? '';
    const client = new Client({ connection, namespace });
    const handle = client.workflow.getHandle(workflowIdOf('deliverBatches', deliveryId));
    return (await handle.describe()).historyLength;
  } finally {
    await connection.close();
  }
}
