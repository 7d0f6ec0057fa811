import { describe, expect, it } from 'vitest';
import type { Accepted } from './apiClient.js';
import { useTestService } from './useTestService.js';
import { verifySignature } from './verifySignature.js';

const { service, newReceiver } = await useTestService();
const receiver = await newReceiver();

const at = (path: string) => receiver.requests.filter(({ url }) => url === path);

describe('an event with an endpoint and headers of its own', () => {
  it('reaches both, with its headers, the one-off unsigned', async () => {
    const client = await service.clientOf('one-off');
    const headers = { 'X-Team': 'a', 'x-own': 'b' };
    await client.createEndpoint(`${receiver.url}/kept`, { headers });
    const event = {
      type: 'thing.done',
      data: { n: 1 },
      headers: { 'x-team': 'c', authorization: 'Bearer x' },
      endpoint: { url: `${receiver.url}/once?a=1`, format: 'raw' },
    };
    const { deliveries } = await client.send(JSON.stringify(event));
    expect(deliveries).toHaveLength(2);
    for (const { id } of deliveries) await client.until(id, 'delivered');
    const [kept, ...keptAgain] = at('/kept');
    const [once, ...onceAgain] = at('/once?a=1');
    expect([keptAgain, onceAgain]).toEqual([[], []]);
    expect(kept?.headers).toMatchObject({ ...event.headers, 'x-own': 'b' });
    expect(kept?.headers['webhook-signature']).toBeDefined();
    expect(once?.headers).toMatchObject(event.headers);
    expect(once?.headers['x-own']).toBeUndefined();
    expect(once?.headers['webhook-signature']).toBeUndefined();
    expect(once?.body.toString('utf8')).toBe('{"n":1}');
  });

  it('is signed with the secret given', async () => {
    const client = await service.clientOf('one-off-signed');
    const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
    const endpoint = { url: `${receiver.url}/signed`, secret };
    const { deliveries } = await client.send(JSON.stringify({ type: 'a', data: 1, endpoint }));
    await client.until(deliveries[0]?.id ?? '', 'delivered');
    const [request] = at('/signed');
    if (request === undefined) throw new Error('Nothing came');
    verifySignature(request, secret);
  });

  it('that answers 410 is tried again, not queued', async () => {
    receiver.setScript(({ url }) => ({ status: url === '/gone' ? 410 : 200 }));
    const client = await service.clientOf('one-off-gone');
    const endpoint = { url: `${receiver.url}/gone` };
    const { deliveries }: Accepted = await client.send(
      JSON.stringify({ type: 'a', data: 1, endpoint }),
    );
    const delivery = await client.until(deliveries[0]?.id ?? '', 'retrying');
    expect(delivery).toMatchObject({ attemptCount: 1, lastAnswer: '410' });
  });
});
