import { expect, it } from 'vitest';
import { onlyDelivery } from '../../e2e/apiClient.js';
import { openScene } from '../../faults/openScene.js';
import { addCustomer } from '../customer.js';

it('logs neither tokens, taken or refused, nor shared secrets', async (context) => {
  const scene = await openScene(context);
  const process = await scene.start(undefined, { EVERHOOK_LOG_LEVEL: 'debug' });
  const client = await scene.client(process);
  const customer = await addCustomer(client, 'HS256');
  await client.createEndpoint(scene.receiver.url, { format: 'flatfile' });
  const token = await customer.sign({ env: { a: 1 } });
  const refused = await customer.sign({ env: { a: 1 }, exp: 1 });
  const eventWith = (env: string) => ({
    type: 'portalImportSubmitted',
    data: { env, scope: {}, payload: { totalRows: 1, validRows: 1, invalidRows: 0 } },
  });
  const event = await client.send(eventWith(token));
  await client.until(onlyDelivery(event), 'delivered');
  const answer = await client.call('POST', 'events', { body: eventWith(refused) });
  expect(answer.status).toBe(422);
  await process.end('SIGTERM');
  const log = process.output();
  expect(log).toContain(event.id);
  const texts = [token, refused].flatMap((one) => one.split('.').slice(1));
  for (const text of [...texts, customer.secret ?? 'none']) expect(log).not.toContain(text);
});
