import { describe, expect, it } from 'vitest';
import { eventually } from '../setup/eventually.js';
import { onlyDelivery } from './apiClient.js';
import { useTestService } from './useTestService.js';

const { service, newReceiver } = await useTestService({
  EVERHOOK_PAYLOAD_RETENTION_DAYS: '40',
});

const inMs = (ms: number): string => new Date(Date.now() + ms).toISOString();

describe('an event', () => {
  it('that is held back is shown as such in Temporal and by the API, and comes when it is due', async () => {
    const receiver = await newReceiver();
    const client = await service.clientOf('held');
    await client.createEndpoint(receiver.url);
    const deliverAt = inMs(2_000);
    const event = await client.send({ deliverAt });
    const id = onlyDelivery(event);
    expect(await client.delivery(id)).toMatchObject({ state: 'pending', nextAttemptAt: deliverAt });
    const handle = service.temporal.workflow.getHandle(`event/${event.id}`);
    await eventually(async () => {
      const { currentDetails } = await handle.query<{ currentDetails: string }>(
        '__temporal_workflow_metadata',
      );
      expect(currentDetails).toContain(`\`${id}\`: held back, attempt 1 of 3`);
    });
    expect(receiver.requests).toEqual([]);
    const { attempts } = await client.until(id, 'delivered');
    const startedAtMs = Date.parse(attempts[0]?.startedAt ?? '');
    expect(startedAtMs).toBeGreaterThanOrEqual(Date.parse(deliverAt) - 50);
    expect(receiver.requests).toHaveLength(1);
  });

  it('that would be held back for longer than what it carries is kept is refused', async () => {
    const client = await service.clientOf('held-for-long');
    const hourMs = 3_600_000;
    const submit = async (deliverAt: string) =>
      await client.call('POST', 'events', { body: { type: 'thing.done', data: {}, deliverAt } });
    // 40 days, less the 14 that it may wait for its endpoint then.
    const refused = await submit(inMs((26 * 24 + 1) * hourMs));
    expect([refused.status, JSON.parse(refused.text)]).toMatchObject([
      422,
      { detail: '/deliverAt: An event is held back for 26 days at most.' },
    ]);
    expect((await submit(inMs((26 * 24 - 1) * hourMs))).status).toBe(202);
  });

  it('that expires is not sent any more, fails, and can not be sent again', async () => {
    const receiver = await newReceiver(() => ({ status: 503 }));
    const client = await service.clientOf('expires');
    await client.createEndpoint(receiver.url, { retrySchedule: [3_600] });
    const expiresAt = inMs(2_000);
    const id = onlyDelivery(await client.send({ expiresAt }));
    const failed = await client.until(id, 'failed');
    expect(failed).toMatchObject({
      ...{ reason: `expired: not delivered by ${expiresAt}`, attemptCount: 1, lastAnswer: '503' },
    });
    expect(Date.parse(failed.finishedAt ?? '')).toBeGreaterThanOrEqual(Date.parse(expiresAt));
    const retried = await client.call('POST', `deliveries/${id}/retry`);
    expect([retried.status, JSON.parse(retried.text)]).toMatchObject([
      ...[409, { code: 'event_expired' }],
    ]);
    expect(receiver.requests).toHaveLength(1);
  });

  it('that waits for a paused endpoint expires in its queue', async () => {
    const receiver = await newReceiver();
    const client = await service.clientOf('expires-queued');
    const { id: endpointId } = await client.createEndpoint(receiver.url);
    await client.post(`endpoints/${endpointId}/pause`);
    const id = onlyDelivery(await client.send({ expiresAt: inMs(500) }));
    expect((await client.delivery(id)).state).toBe('queued');
    expect((await client.until(id, 'failed', 30_000)).reason).toMatch(/^expired: /);
    expect(receiver.requests).toEqual([]);
  });
});
