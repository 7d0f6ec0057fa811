import { describe, expect, it } from 'vitest';
import { onlyDelivery } from '../../e2e/apiClient.js';
import { useTestService } from '../../e2e/useTestService.js';
import { type Example, npmPackage } from '../../examples/installExample.js';
import { eventually } from '../../setup/eventually.js';
import { installTimeoutMs, startCustomerReceiver } from '../startCustomerReceiver.js';
import { attributes, documentedBody, embedded, folder, headless, managed } from './imports.js';

const { service, newReceiver } = await useTestService();
const receiver = await newReceiver();

const at = (path: string) => receiver.requests.filter(({ url }) => url === path);
const type = 'import_completed';
const format = 'dromo-basic';

describe('a basic webhook', () => {
  it.each([true, false])(
    'gets uploadId alone, as a form, with development_mode %s',
    async (isDevelopment) => {
      const client = await service.clientOf(`body-${isDevelopment}`);
      const path = `/hook/${isDevelopment}`;
      const data = {
        ...embedded,
        id: '7df3a66d-b7bb-4da6-9244-b4e22c7d7ab0',
        development_mode: isDevelopment,
      };
      const endpoint = { url: receiver.url + path, format };
      const event = await client.send(JSON.stringify({ type, data, endpoint }));
      await client.until(onlyDelivery(event), 'delivered');
      const [request, ...more] = at(path);
      expect(more).toEqual([]);
      expect(request?.method).toBe('POST');
      expect(request?.headers['content-type']).toBe('application/x-www-form-urlencoded');
      // As in the documentation.
      expect(request?.body.toString('utf8')).toBe('uploadId=7df3a66d-b7bb-4da6-9244-b4e22c7d7ab0');
    },
  );

  it('fires beside managed ones, also of a headless import', async () => {
    const client = await service.clientOf('beside');
    await client.createEndpoint(`${receiver.url}/managed`, managed);
    const endpoint = { url: `${receiver.url}/basic`, format };
    for (const data of [embedded, headless]) {
      const { deliveries } = await client.send(
        JSON.stringify({ type, data, attributes, endpoint }),
      );
      expect(deliveries).toHaveLength(2);
      for (const { id } of deliveries) await client.until(id, 'delivered');
    }
    expect(at('/managed')[0]?.body.toString('utf8')).toBe(documentedBody);
    const bodies = at('/basic').map(({ body }) => body.toString('utf8'));
    expect(bodies).toEqual(Array(2).fill(`uploadId=${String(embedded['id'])}`));
  });

  it('is for completed imports alone', async () => {
    const client = await service.clientOf('completed');
    const endpoint = { url: receiver.url, format };
    for (const other of ['headless_import_needs_review', 'headless_import_failed', 'thing.done']) {
      const body = { type: other, data: headless, endpoint };
      const { text } = await client.call('POST', 'events', { body });
      expect(JSON.parse(text)).toMatchObject({
        status: 422,
        code: 'invalid_request',
        errors: [{ pointer: '/endpoint/format' }],
      });
    }
    expect((await client.call('GET', 'events')).text).toBe('{"data":[],"nextCursor":null}');
  });

  it('can be tried with a sample, of a completed import alone', async () => {
    const client = await service.clientOf('sample');
    const url = `${receiver.url}/sample`;
    await client.post('endpoints/test', { url, format, eventType: type });
    expect(at('/sample').map(({ body }) => body.toString('utf8'))).toEqual([
      `uploadId=${String(embedded['id'])}`,
    ]);
    const body = { url, format, eventType: 'headless_import_failed' };
    const { status, text } = await client.call('POST', 'endpoints/test', { body });
    expect([status, text]).toEqual([422, expect.stringContaining('import_completed alone')]);
  });

  const receivers: (Example & { prints: (id: string) => string })[] = [
    {
      ...{ name: 'dromo-express', source: `${folder}/receivers/express`, path: '/basic' },
      ...npmPackage,
      start: [process.execPath, 'receiver.js'],
      prints: (id) => `fetch ${JSON.stringify({ uploadId: id })}\n`,
    },
    {
      ...{ name: 'dromo-python', source: `${folder}/receivers/python`, path: '/basic' },
      probe: { command: ['python3', '--version'], missing: "Python isn't here" },
      install: [],
      start: ['python3', 'receiver.py'],
      prints: (id) => `fetch {"uploadId": ["${id}"]}\n`,
    },
  ];
  it.for(receivers)(
    'may be a receiver written for Dromo: $name',
    { timeout: installTimeoutMs },
    async (example, context) => {
      const running = await startCustomerReceiver(example, context);
      const client = await service.clientOf(example.name);
      const ids = [String(embedded['id']), "a b&c=d+e%20'()~!*"];
      for (const id of ids) {
        const endpoint = { url: running.url, format };
        const event = await client.send(
          JSON.stringify({ type, data: { ...embedded, id }, endpoint }),
        );
        const { attempts } = await client.until(onlyDelivery(event), 'delivered');
        expect(attempts).toHaveLength(1);
      }
      await eventually(() => {
        for (const id of ids) expect(running.output()).toContain(example.prints(id));
      });
    },
  );
});
