import { verify as verifyGithub } from '@octokit/webhooks-methods';
import { HTTP } from 'cloudevents';
import { Stripe } from 'stripe';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startReceiver, type Receiver } from '../setup/receiver.js';
import { onlyDelivery } from './apiClient.js';
import { startTestService, type TestService } from './startTestService.js';
import { verifySignature } from './verifySignature.js';

const source = 'https://api.example.com/webhooks';

let service: TestService;
let receiver: Receiver;

beforeAll(async () => {
  [service, receiver] = await Promise.all([
    startTestService({ EVERHOOK_CLOUDEVENTS_SOURCE: source }),
    startReceiver(),
  ]);
});
afterAll(async () => {
  await service.stop();
  await receiver.close();
});

function requestTo(path: string) {
  const [request, ...more] = receiver.requests.filter(({ url }) => url === path);
  if (request === undefined || more.length > 0) throw new Error(`Not one request to ${path}`);
  return request;
}

describe('a delivery', () => {
  it('is made in each format of its endpoints, the data byte for byte', async () => {
    const client = await service.clientOf('formats');
    const formats = ['cloudevents-binary', 'cloudevents-structured', 'form'];
    for (const format of formats) {
      await client.createEndpoint(`${receiver.url}/${format}`, { format });
    }
    const data = '{"n": 12345678901234567890.10, "text": "a&b"}';
    const timestamp = '2026-01-31T13:45:00+02:00';
    const event = await client.send(
      `{"type":"order.paid","timestamp":"${timestamp}","data":${data}}`,
    );
    for (const { id } of event.deliveries) await client.until(id, 'delivered');

    const binary = requestTo('/cloudevents-binary');
    expect(binary.body.toString('utf8')).toBe(data);
    expect(binary.headers).toMatchObject({
      'ce-id': event.id,
      'ce-source': source,
      'ce-type': 'order.paid',
      'ce-time': timestamp,
      'ce-specversion': '1.0',
    });
    const structured = requestTo('/cloudevents-structured');
    const text = structured.body.toString('utf8');
    expect(text).toContain(`"data":${data}}`);
    const headers = { 'content-type': String(structured.headers['content-type']) };
    expect(HTTP.toEvent({ headers, body: text })).toMatchObject({ id: event.id, source });
    expect(requestTo('/form').body.toString('utf8')).toBe('n=12345678901234567890.10&text=a%26b');
  });

  it('has the signatures that its endpoint asks for, under the secrets that are live then', async () => {
    const client = await service.clientOf('signatures');
    const [old, fresh] = ['the old secret', 'the new secret'];
    const fields = { signatures: ['github', 'stripe'], secret: old };
    const { id } = await client.createEndpoint(`${receiver.url}/signed`, fields);
    await client.post(`endpoints/${id}/secret/rotate`, { secret: fresh });
    await client.until(onlyDelivery(await client.send()), 'delivered');

    const request = requestTo('/signed');
    const body = request.body.toString('utf8');
    for (const secret of [old, fresh]) {
      verifySignature(request, `whsec_${Buffer.from(secret).toString('base64')}`);
      const signature = String(request.headers['stripe-signature']);
      const { webhooks } = new Stripe('sk_test_none');
      expect(webhooks.constructEvent(body, signature, secret)).toBeDefined();
    }
    const signature = String(request.headers['x-hub-signature-256']);
    expect(await verifyGithub(fresh, body, signature)).toBe(true);
  });
});
