import { Client, Connection } from '@temporalio/client';
import { expect, it } from 'vitest';
import { importRows, onlyRun } from '../e2e/importClient.js';
import { openScene } from '../faults/openScene.js';
import { sentBatchIn } from '../setup/sentBatch.js';
import { workflowIdOf } from '../../src/contract/temporal.js';

const batches = 10_000;
/** The server suggests to continue as new at 4,096 events. */
const maxHistoryEvents = 4_096;
const withinMs = 900_000;

it(`${batches} batches of one row come in order, each once, and the history doesn't grow`, async (context) => {
  const scene = await openScene(context);
  const process = await scene.start();
  const client = await scene.client(process);
  await client.call('PUT', '/v1/event-types/sheet.rows', { body: { rows: 'all' } });
  await client.createEndpoint(scene.receiver.url, { eventTypes: ['sheet.rows'], batchSize: 1 });
  const lines = Array.from({ length: batches }, (_, n) => `{"data":{"n":${n}}}\n`).join('');
  const deliveryId = onlyRun(await importRows(client, { eventTypes: ['sheet.rows'] }, lines));

  await client.until(deliveryId, 'delivered', withinMs);

  const { requests } = scene.receiver;
  expect(requests).toHaveLength(batches);
  const numbers = requests.map(({ body }) => sentBatchIn(body).rows[0]?.data.n);
  expect(numbers.every((n, place) => n === place)).toBe(true);
  expect(await historyEvents(scene.settings, deliveryId)).toBeLessThan(maxHistoryEvents);
}, 1_200_000);

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
