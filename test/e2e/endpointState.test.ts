import { describe, expect, it } from 'vitest';
import { parseId } from '../../src/domain/ids.js';
import { eventually } from '../setup/eventually.js';
import type { Receiver } from '../setup/receiver.js';
import { onlyDelivery, type ApiClient } from './apiClient.js';
import { useTestService } from './useTestService.js';

const { service, newReceiver } = await useTestService();

interface Failing {
  client: ApiClient;
  receiver: Receiver;
  endpointId: string;
  /** Deliveries that have failed once, whose next attempts are far away. */
  waiting: string[];
}

async function withWaiting(tenant: string, count: number): Promise<Failing> {
  const receiver = await newReceiver(() => ({ status: 500 }));
  const client = await service.clientOf(tenant);
  const { id } = await client.createEndpoint(receiver.url, { retrySchedule: [3_600, 3_600] });
  const waiting: string[] = [];
  for (let sent = 0; sent < count; sent += 1) waiting.push(onlyDelivery(await client.send()));
  for (const delivery of waiting) await client.until(delivery, 'retrying');
  return { client, receiver, endpointId: id, waiting };
}

async function hasWorkflow(id: string): Promise<boolean> {
  try {
    await service.temporal.workflow.getHandle(id).describe();
    return true;
  } catch (error) {
    if (error instanceof Error && error.name === 'WorkflowNotFoundError') return false;
    throw error;
  }
}

describe('an endpoint', () => {
  it('that answers 410 is disabled: what is open waits, and is sent when it is enabled', async () => {
    const { client, receiver, endpointId, waiting } = await withWaiting('gone', 3);
    receiver.setScript(() => ({ status: 410 }));
    const last = await client.send();
    const lastId = onlyDelivery(last);
    const queued = await client.until(lastId, 'queued');
    expect(queued).toMatchObject({
      lastAnswer: '410',
      attemptCount: 1,
      nextAttemptAt: null,
      reason: 'the endpoint answered 410 Gone and was disabled',
    });
    expect(await client.endpoint(endpointId)).toMatchObject({
      enabled: false,
      disabledReason: 'gone',
    });
    for (const id of waiting) await client.until(id, 'queued');
    expect(await service.temporal.workflow.getHandle(`event/${last.id}`).result()).toMatchObject([
      { state: 'queued' },
    ]);
    const born = onlyDelivery(await client.send());
    expect((await client.delivery(born)).state).toBe('queued');
    const retried = await client.call('POST', `deliveries/${born}/retry`);
    expect(retried.status).toBe(409);
    expect(JSON.parse(retried.text)).toMatchObject({ code: 'endpoint_closed' });

    receiver.setScript(() => ({}));
    const before = receiver.requests.length;
    expect(before).toBe(4);
    await client.post(`endpoints/${endpointId}/enable`);
    const all = [...waiting, lastId, born];
    for (const id of all) await client.until(id, 'delivered');
    expect(receiver.requests).toHaveLength(before + all.length);
    expect((await client.delivery(lastId)).round).toBe(2);
    expect((await client.delivery(born)).round).toBe(1);
    expect(await client.endpoint(endpointId)).toMatchObject({
      enabled: true,
      disabledReason: null,
    });
  });

  it('is not disabled by a 410 of the URL that it had before', async () => {
    const [before, after] = await Promise.all([newReceiver(), newReceiver()]);
    const client = await service.clientOf('moved-meanwhile');
    const { id: endpointId } = await client.createEndpoint(before.url);
    before.setScript(async () => {
      const body = { url: after.url };
      expect((await client.call('PATCH', `endpoints/${endpointId}`, { body })).status).toBe(200);
      return { status: 410 };
    });
    const id = onlyDelivery(await client.send());
    expect(await client.until(id, 'delivered', 25_000)).toMatchObject({
      round: 1,
      attemptCount: 2,
    });
    expect(after.requests).toHaveLength(1);
    expect(await client.endpoint(endpointId)).toMatchObject({ enabled: true });
  });

  it('that is disabled by its owner sends nothing, starts no workflow, and goes on when enabled', async () => {
    const { client, receiver, endpointId, waiting } = await withWaiting('owner', 2);
    await client.post(`endpoints/${endpointId}/disable`);
    for (const id of waiting) {
      expect(await client.delivery(id)).toMatchObject({
        state: 'queued',
        reason: 'the endpoint is disabled',
      });
    }
    const born = await client.send();
    const bornId = onlyDelivery(born);
    expect((await client.delivery(bornId)).state).toBe('queued');
    // Of its own event: the wakes of those that wait may still be on their way.
    const { rows } = await service.pool.query('SELECT 1 FROM outbox WHERE event_id = $1', [
      parseId('event', born.id),
    ]);
    expect(rows).toEqual([]);
    expect(await hasWorkflow(`event/${born.id}`)).toBe(false);

    receiver.setScript(() => ({}));
    await client.post(`endpoints/${endpointId}/enable`);
    for (const id of [...waiting, bornId]) await client.until(id, 'delivered');
    expect(receiver.requests).toHaveLength(5);
    expect(await hasWorkflow(`event/${born.id}`)).toBe(false);
    expect(await hasWorkflow(`delivery/${bornId}`)).toBe(false);
    expect(await hasWorkflow(`endpoint/${endpointId}`)).toBe(true);
  });

  it('that is disabled and enabled again while a delivery waits sends it once', async () => {
    const { client, receiver, endpointId, waiting } = await withWaiting('flicker', 1);
    receiver.setScript(() => ({}));
    for (let turn = 0; turn < 3; turn += 1) {
      await client.post(`endpoints/${endpointId}/disable`);
      await client.post(`endpoints/${endpointId}/enable`);
    }
    await client.until(waiting[0] ?? '', 'delivered');
    await client.until(onlyDelivery(await client.send()), 'delivered');
    expect(receiver.requests).toHaveLength(3);
  });

  it('that is deleted cancels what is open, and gets no more', async () => {
    const { client, receiver, endpointId, waiting } = await withWaiting('deleted', 2);
    expect((await client.call('DELETE', `endpoints/${endpointId}`)).status).toBe(204);
    for (const id of waiting) {
      expect(await client.delivery(id)).toMatchObject({
        state: 'cancelled',
        reason: 'the endpoint was deleted',
      });
      expect((await client.call('POST', `deliveries/${id}/retry`)).status).toBe(409);
    }
    expect((await client.send()).deliveries).toEqual([]);
    expect(receiver.requests).toHaveLength(2);
  });

  it('that is deleted during an attempt: its success counts, its failure is not retried', async () => {
    const answers: (() => void)[] = [];
    const receiver = await newReceiver(
      async (_, index) =>
        await new Promise((resolve) =>
          answers.push(() => resolve({ status: index === 0 ? 200 : 500 })),
        ),
    );
    const client = await service.clientOf('late');
    const { id: endpointId } = await client.createEndpoint(receiver.url);
    const success = onlyDelivery(await client.send());
    await receiver.waitFor(1);
    const failure = onlyDelivery(await client.send());
    await receiver.waitFor(2);
    expect((await client.call('DELETE', `endpoints/${endpointId}`)).status).toBe(204);
    for (const id of [success, failure]) {
      expect((await client.delivery(id)).state).toBe('cancelled');
    }
    for (const answer of answers) answer();
    expect((await client.until(success, 'delivered')).attempts).toMatchObject([
      { outcome: null, late: { outcome: 'success', status: 200 } },
    ]);
    await eventually(async () => {
      expect(await client.delivery(failure)).toMatchObject({
        state: 'cancelled',
        attempts: [{ outcome: null, late: { outcome: 'failure', status: 500 } }],
      });
    });
    expect(receiver.requests).toHaveLength(2);
  });

  it('takes changes of its address from the next attempt on', async () => {
    const { client, receiver, endpointId, waiting } = await withWaiting('moved', 1);
    const next = await newReceiver();
    const patched = await client.call('PATCH', `endpoints/${endpointId}`, {
      body: { url: `${next.url}/new`, headers: { 'x-token': 'abc' } },
    });
    expect(patched.status).toBe(200);
    await client.retry(waiting[0] ?? '');
    await client.until(waiting[0] ?? '', 'delivered');
    expect(next.requests).toMatchObject([{ url: '/new', headers: { 'x-token': 'abc' } }]);
    expect(receiver.requests).toHaveLength(1);
  });
});
