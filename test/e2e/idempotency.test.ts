import { describe, expect, it } from 'vitest';
import { onlyDelivery, type Accepted, type ApiClient } from './apiClient.js';
import { useTestService } from './useTestService.js';

const { service, newReceiver } = await useTestService();
const receiver = await newReceiver();

const submit = (client: ApiClient, key: string, n: number) =>
  client.call('POST', 'events', {
    body: { type: 'thing.done', data: { n } },
    headers: { 'idempotency-key': key },
  });

async function eventCount(tenant: string): Promise<number> {
  const { rows } = await service.pool.query<{ count: number }>(
    'SELECT count(*)::int AS count FROM events WHERE tenant = $1',
    [tenant],
  );
  return rows[0]?.count ?? 0;
}

describe('an idempotency key', () => {
  it('gives the first answer again, says so, and sends nothing again', async () => {
    const client = await service.clientOf('replay');
    await client.createEndpoint(`${receiver.url}/replay`);
    const first = await submit(client, 'a', 1);
    expect(first.status).toBe(202);
    expect(first.headers.get('idempotency-replayed')).toBeNull();
    const again = await submit(client, 'a', 1);
    expect([again.status, again.text]).toEqual([202, first.text]);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    await client.until(onlyDelivery(JSON.parse(first.text) as Accepted), 'delivered');
    expect(await eventCount('replay')).toBe(1);
    expect(receiver.requests.filter(({ url }) => url === '/replay')).toHaveLength(1);
  });

  it('refuses another body, and stays with the first', async () => {
    const client = await service.clientOf('reused');
    const first = await submit(client, 'a', 1);
    const other = await submit(client, 'a', 2);
    expect(other.status).toBe(422);
    expect(JSON.parse(other.text)).toMatchObject({ code: 'idempotency_key_reused' });
    expect((await submit(client, 'a', 1)).text).toBe(first.text);
    expect(await eventCount('reused')).toBe(1);
  });

  it('that comes many times at once makes one event; the others get its answer or are told to wait', async () => {
    const client = await service.clientOf('at-once');
    const answers = await Promise.all(Array.from({ length: 20 }, () => submit(client, 'a', 1)));
    const taken = answers.filter(({ status }) => status === 202);
    expect(taken.length).toBeGreaterThan(0);
    expect(new Set(taken.map(({ text }) => text)).size).toBe(1);
    const fresh = taken.filter(({ headers }) => headers.get('idempotency-replayed') === null);
    expect(fresh).toHaveLength(1);
    for (const { status, text } of answers.filter((answer) => answer.status !== 202)) {
      expect([status, (JSON.parse(text) as { code: string }).code]).toEqual([
        409,
        'request_in_flight',
      ]);
    }
    expect(await eventCount('at-once')).toBe(1);
  });

  it('is one of its tenant and environment alone', async () => {
    const clients = [
      await service.clientOf('scope-a'),
      await service.clientOf('scope-b'),
      await service.clientOf('scope-a', 'production'),
    ];
    const answers = [];
    for (const client of clients) answers.push(await submit(client, 'shared', 1));
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 202]);
    expect(new Set(answers.map(({ text }) => text)).size).toBe(3);
  });

  it('is not used up by a refusal', async () => {
    const client = await service.clientOf('refused');
    const refused = await client.call('POST', 'events', {
      body: '{"type":"not valid!","data":1}',
      headers: { 'idempotency-key': 'a' },
    });
    expect(refused.status).toBe(422);
    expect((await submit(client, 'a', 1)).status).toBe(202);
    const tooLong = await submit(client, 'k'.repeat(256), 1);
    expect(tooLong.status).toBe(400);
  });
});
