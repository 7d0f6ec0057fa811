import { describe, expect, it } from 'vitest';
import { onlyDelivery } from '../e2e/apiClient.js';
import { importRows, onlyRun, rowLines } from '../e2e/importClient.js';
import { failing, useOperator } from './useOperator.js';

/** A circuit that opens soon, and isn't probed by itself while a test lasts. */
const asOperator = useOperator({
  EVERHOOK_CIRCUIT_FAILURES: '3',
  EVERHOOK_FIRST_PROBE_MS: '300000',
});

describe("an endpoint's queue", () => {
  it('is let go when retryNow finds the endpoint back', async (context) => {
    const operator = await asOperator(context);
    const client = await operator.newTenant();
    const receiver = await operator.newReceiver(failing);
    const { id: endpointId } = await client.createEndpoint(receiver.url, {
      retrySchedule: [3_600],
    });
    const sent = [await client.send(), await client.send(), await client.send()];
    const ids = sent.map(onlyDelivery);
    for (const id of ids) await client.until(id, 'queued');
    const workflow = await operator.opensDrain(endpointId);
    await workflow.untilDetails(/^down, 3 queued, next probe (at|on) /);
    expect(await workflow.offeredSignals()).toEqual(['retryNow', 'lookAgain']);
    receiver.setScript(() => ({}));
    await workflow.signal('retryNow', '{}');
    await workflow.untilStatus('Completed');
    for (const id of ids) await client.until(id, 'delivered');
    expect(receiver.requests).toHaveLength(6);
  });
});

describe('an import', () => {
  it('is paused and resumed between batches, retried, and cancelled', async (context) => {
    const operator = await asOperator(context);
    const client = await operator.newTenant();
    const receiver = await operator.newReceiver((_, index) => (index === 0 ? {} : { status: 503 }));
    await client.call('PUT', '/v1/event-types/sheet.rows', { body: { rows: 'all' } });
    await client.createEndpoint(receiver.url, {
      ...{ eventTypes: ['sheet.rows'], batchSize: 10, retrySchedule: [3_600, 3_600] },
    });
    const id = onlyRun(await importRows(client, { eventTypes: ['sheet.rows'] }, rowLines(40)));
    const workflow = await operator.opens(await client.until(id, 'retrying'));
    expect(await workflow.offeredSignals()).toEqual([
      ...['pause', 'resume', 'retryNow', 'cancel', 'lookAgain'],
    ]);
    const isPaused = async () => (await client.delivery(id)).batches?.paused;
    await workflow.signal('pause', '{}');
    await expect.poll(isPaused).toBe(true);
    await workflow.signal('resume', '{}');
    await expect.poll(isPaused).toBe(false);
    receiver.setScript((_, index) => (index < 3 ? {} : { status: 503 }));
    await workflow.signal('retryNow', '{}');
    await receiver.waitFor(4);
    expect(await client.until(id, 'retrying')).toMatchObject({ batches: { acknowledged: 2 } });
    await workflow.signal('cancel', '{}');
    await workflow.untilStatus('Completed');
    expect(await client.delivery(id)).toMatchObject({ state: 'cancelled' });
    expect(receiver.requests).toHaveLength(4);
  });
});

describe('a recovery', () => {
  it('ends with cancel, and what it has resent stays so', async (context) => {
    const operator = await asOperator(context);
    const client = await operator.newTenant();
    const receiver = await operator.newReceiver();
    await client.createEndpoint(receiver.url);
    for (let sent = 0; sent < 30; sent += 1) {
      await client.until(onlyDelivery(await client.send()), 'delivered');
    }
    const made = await client.post('recoveries', {
      ...{ types: ['thing.done'], states: ['delivered'], ratePerSecond: 1 },
    });
    const { id } = made as { id: string };
    const workflow = await operator.opens(made as { workflow: { url: string } });
    expect(await workflow.offeredSignals()).toEqual(['cancel', 'lookAgain']);
    await workflow.signal('cancel', '{}');
    await workflow.untilStatus('Completed');
    const shown = JSON.parse((await client.call('GET', `recoveries/${id}`)).text) as object;
    expect(shown).toMatchObject({ state: 'cancelled', total: 30 });
    expect(shown).not.toMatchObject({ resent: 30 });
  });
});
