import { expect, it } from 'vitest';
import { operationalTenant } from '../../src/domain/operational.js';
import { useTestService } from './useTestService.js';
import { verifySignature } from './verifySignature.js';

const { service, newReceiver } = await useTestService();

it('a secret that is due is rotated, told of, and signs', async () => {
  const [receiver, listener] = [await newReceiver(), await newReceiver()];
  const operational = await service.clientOf(operationalTenant);
  await operational.createEndpoint(listener.url, { eventTypes: ['everhook.endpoint.*'] });
  const product = await service.clientOf('acme');
  const { id } = await product.createEndpoint(receiver.url);
  const nextAt = new Date(Date.now() + 1_000).toISOString();
  const body = { nextAt, overlapSeconds: 0 };
  const set = await product.call('PUT', `endpoints/${id}/secret/rotation`, { body });
  expect(set.status, set.text).toBe(200);
  const [request] = await listener.waitFor(1, 40_000);
  expect(JSON.parse(String(request?.body))).toMatchObject({
    type: 'everhook.endpoint.secret_rotated',
    data: { endpoint: { id }, scheduled: true, oldSecretsEndAt: null, nextRotationAt: null },
  });
  const { text } = await product.call('GET', `endpoints/${id}/secret`);
  const { secret } = JSON.parse(text) as { secret: string };
  await product.send();
  for (const sent of await receiver.waitFor(1)) verifySignature(sent, secret);
});
