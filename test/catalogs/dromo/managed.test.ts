import { describe, expect, it } from 'vitest';
import { type ApiClient, onlyDelivery } from '../../e2e/apiClient.js';
import { useTestService } from '../../e2e/useTestService.js';
import { type Example, npmPackage } from '../../examples/installExample.js';
import { eventually } from '../../setup/eventually.js';
import { installTimeoutMs, startCustomerReceiver } from '../startCustomerReceiver.js';
import { attributes, documentedBody, embedded, folder, headless, managed } from './imports.js';

const { service, newReceiver } = await useTestService();
const receiver = await newReceiver();

const bodiesAt = (path: string): string[] =>
  receiver.requests.filter(({ url }) => url === path).map(({ body }) => body.toString('utf8'));

const customersReceiver: Example = {
  ...{ name: 'dromo-express', source: `${folder}/receivers/express`, path: '/managed' },
  ...npmPackage,
  start: [process.execPath, 'receiver.js'],
};

const type = 'import_completed';

/** Sends an import with these attributes; whether the tenant's endpoint fired. */
async function fires(
  client: ApiClient,
  data: object,
  given: Record<string, string | string[]>,
): Promise<boolean> {
  return (await client.send({ type, data, attributes: given })).deliveries.length > 0;
}

describe('a managed webhook', () => {
  it('gets the body of the documentation, byte for byte', async () => {
    const client = await service.clientOf('documented');
    await client.createEndpoint(`${receiver.url}/documented`, managed);
    const event = await client.send({ type, data: embedded, attributes });
    await client.until(onlyDelivery(event), 'delivered');
    expect(bodiesAt('/documented')).toEqual([documentedBody]);
  });

  it('gets what the product gave unchanged', async () => {
    const client = await service.clientOf('unchanged');
    await client.createEndpoint(`${receiver.url}/unchanged`, managed);
    const data = JSON.stringify(embedded).replace('433', '4.33e2 , "own":[ 1.10,"\\u00e9\\/" ]');
    const event = await client.send(
      `{"type":"${type}","attributes":{"import_identifier":["x","contacts"]},"data": ${data} }`,
    );
    await client.until(onlyDelivery(event), 'delivered');
    expect(bodiesAt('/unchanged')).toEqual([`{"event":"${type}","data":${data}}`]);
  });

  it('fires in its mode alone, whatever the product calls the mode', async () => {
    const development = await service.clientOf('development');
    const production = await service.clientOf('production');
    const require = { mode: ['development'] };
    await development.createEndpoint(receiver.url, { ...managed, require });
    await production.createEndpoint(receiver.url, managed);
    for (const mode of [undefined, 'production', 'development', 'other']) {
      const given = mode === undefined ? attributes : { ...attributes, mode };
      for (const isDevelopment of [true, false]) {
        const data = { ...embedded, development_mode: isDevelopment };
        expect(await fires(development, data, given)).toBe(isDevelopment);
        expect(await fires(production, data, given)).toBe(!isDevelopment);
      }
    }
  });

  it('fires for any listed import identifier or any listed schema', async () => {
    const lists = { import_identifier: ['contacts', 'orders'], saved_schema: ['s-1', 's-2'] };
    const { import_identifier, saved_schema } = lists;
    const clients: Record<string, ApiClient> = {};
    for (const [name, filters] of Object.entries({
      both: lists,
      identifiers: { import_identifier },
      schemas: { saved_schema },
    })) {
      const client = await service.clientOf(`lists-${name}`);
      await client.createEndpoint(receiver.url, { ...managed, filters });
      clients[name] = client;
    }
    for (const [given, firing] of [
      [{ import_identifier: 'contacts' }, ['both', 'identifiers']],
      [{ import_identifier: 'orders', saved_schema: 'other' }, ['both', 'identifiers']],
      [{ import_identifier: 'other', saved_schema: 's-2' }, ['both', 'schemas']],
      [{ saved_schema: 's-1' }, ['both', 'schemas']],
      [{ import_identifier: 'contacts', saved_schema: 's-1' }, ['both', 'identifiers', 'schemas']],
      [{ import_identifier: 'other', saved_schema: 'other' }, []],
      [{ import_identifier: 's-1', saved_schema: 'contacts' }, []],
      [{}, []],
    ] as const) {
      const fired: string[] = [];
      for (const [name, client] of Object.entries(clients)) {
        if (await fires(client, embedded, given)) fired.push(name);
      }
      expect(fired, JSON.stringify(given)).toEqual(firing);
    }
  });

  it('fires neither for its list in the other mode nor for its mode without the list', async () => {
    const client = await service.clientOf('and');
    await client.createEndpoint(receiver.url, managed);
    const development = { ...embedded, development_mode: true };
    expect(await fires(client, embedded, attributes)).toBe(true);
    expect(await fires(client, development, attributes)).toBe(false);
    expect(await fires(client, embedded, { import_identifier: 'other' })).toBe(false);
  });

  it('gets the two further events of headless imports', async () => {
    const client = await service.clientOf('headless');
    await client.createEndpoint(`${receiver.url}/headless`, managed);
    const sent: string[] = [];
    for (const [name, status] of [
      [type, 'SUCCESSFUL'],
      ['headless_import_needs_review', 'NEEDS_REVIEW'],
      ['headless_import_failed', 'FAILED'],
    ] as const) {
      const data = { ...headless, status };
      const event = await client.send({ type: name, data, attributes });
      await client.until(onlyDelivery(event), 'delivered');
      sent.push(JSON.stringify({ event: name, data }));
    }
    expect(bodiesAt('/headless')).toEqual(sent);
  });

  it('can be looked at and tried before it is saved', async () => {
    const client = await service.clientOf('samples');
    const url = `${receiver.url}/samples`;
    const dryRun = (await client.post('endpoints?dryRun=true', { url, ...managed })) as {
      samples: { eventType: string; body: string; problem: null }[];
    };
    const samples = new Map(dryRun.samples.map((one) => [one.eventType, one.body]));
    expect([...samples.keys()].toSorted((a, b) => (a < b ? -1 : 1))).toEqual([
      'headless_import_failed',
      'headless_import_needs_review',
      type,
    ]);
    await client.post('endpoints/test', { url, format: 'dromo', eventType: type });
    expect(bodiesAt('/samples')).toEqual([documentedBody]);
    expect(samples.get(type)).toBe(documentedBody);
  });

  it('may be a receiver written for Dromo', { timeout: installTimeoutMs }, async (context) => {
    const running = await startCustomerReceiver(customersReceiver, context);
    const client = await service.clientOf('program');
    await client.createEndpoint(running.url, managed);
    for (const [name, data] of [
      [type, embedded],
      [type, { ...embedded, filename: null }],
      ['headless_import_needs_review', headless],
    ] as const) {
      const event = await client.send({ type: name, data, attributes });
      const { attempts } = await client.until(onlyDelivery(event), 'delivered');
      expect(attempts).toHaveLength(1);
    }
    const id = String(embedded['id']);
    await eventually(() =>
      expect(running.output()).toContain(
        `import ${id}: 433 rows of contacts.csv by cclark@uiowa.edu\n` +
          `import ${id}: 433 rows of manual input by cclark@uiowa.edu\nreview h-1\n`,
      ),
    );
  });
});

describe('a managed webhook is refused', () => {
  it.each<[string, object, string]>([
    ['without lists', { filters: undefined }, '/filters'],
    ['with no list', { filters: {} }, '/filters'],
    [
      'with both lists empty',
      { filters: { import_identifier: [], saved_schema: [] } },
      '/filters/import_identifier',
    ],
    [
      'with a list of something else',
      { filters: { import_identifier: ['a'], plan: ['pro'] } },
      '/filters',
    ],
    ['with a list of something else alone', { filters: { mode: ['production'] } }, '/filters'],
    [
      'where both lists must match',
      { filters: { import_identifier: ['a'], saved_schema: ['s'] }, match: 'all' },
      '/match',
    ],
    [
      'where a list is required besides the other',
      {
        require: { mode: ['production'], import_identifier: ['a'] },
        filters: { saved_schema: ['s'] },
      },
      '/require/import_identifier',
    ],
    ['where its scope is another mode', { scope: 'mode:development' }, '/require/mode'],
    ['without a mode', { require: undefined }, '/require/mode'],
    ['for both modes', { require: { mode: ['production', 'development'] } }, '/require/mode'],
    ['for another mode', { require: { mode: ['staging'] } }, '/require/mode'],
  ])('%s', async (_, changes, pointer) => {
    const client = await service.clientOf('rules');
    const body = { url: receiver.url, ...managed, ...changes };
    for (const path of ['endpoints', 'endpoints?dryRun=true']) {
      const { text } = await client.call('POST', path, { body });
      expect(JSON.parse(text)).toMatchObject({
        status: 422,
        code: 'invalid_request',
        errors: expect.arrayContaining([expect.objectContaining({ pointer })]) as unknown,
      });
    }
  });

  it('but not where its scope says the mode', async () => {
    const client = await service.clientOf('scoped');
    const fields = { ...managed, require: {}, scope: 'mode:production' };
    const { id } = await client.createEndpoint(receiver.url, fields);
    expect(await client.endpoint(id)).toMatchObject({ scope: 'mode:production' });
  });

  it('when a change makes it unfit, and stays as it was', async () => {
    const client = await service.clientOf('changes');
    const { id } = await client.createEndpoint(receiver.url, managed);
    const change = (body: object) => client.call('PATCH', `endpoints/${id}`, { body });
    for (const body of [
      { filters: null },
      { filters: { import_identifier: null } },
      { require: null },
      { require: { mode: ['production', 'development'] } },
    ]) {
      expect((await change(body)).status, JSON.stringify(body)).toBe(422);
    }
    expect(await client.endpoint(id)).toMatchObject(managed);
    for (const body of [
      { description: 'of sales' },
      { require: { mode: ['development'] } },
      { filters: { import_identifier: null, saved_schema: ['s-1'] } },
    ]) {
      expect((await change(body)).status, JSON.stringify(body)).toBe(200);
    }
    const plain = await client.createEndpoint(receiver.url);
    const becomes = await client.call('PATCH', `endpoints/${plain.id}`, {
      body: { format: 'dromo' },
    });
    expect(becomes.status).toBe(422);
  });
});
