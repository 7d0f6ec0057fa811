import { describe, expect, it } from 'vitest';
import { onlyDelivery, type ApiClient } from '../../e2e/apiClient.js';
import { useTestService } from '../../e2e/useTestService.js';
import { verifySignature } from '../../e2e/verifySignature.js';

const { service, newReceiver } = await useTestService();

const rows = '[{"name":"Ada","balance":12345678901234567890.10},{"name":"Bób","balance":0}]';
const data = `{"templateId":"contacts","metadata":{"by":"user-7"},"rows":${rows}}`;

/** An event as the product submits it when the importer `contacts` is done. */
const submission = (type: string, more = ''): string =>
  `{"type":"${type}","attributes":{"importer":"contacts"},"data":${data}${more}}`;

const refusal = async (client: ApiClient, type: string, given: unknown) => {
  const { status, text } = await client.call('POST', 'events', { body: { type, data: given } });
  const { code, errors } = JSON.parse(text) as { code: string; errors: { pointer: string }[] };
  return { status, code, pointers: errors.map(({ pointer }) => pointer) };
};

describe('an importer with a Webhook URL', () => {
  it('gets its rows, byte for byte, signed with the secret that was made for it', async () => {
    const client = await service.clientOf('pulter');
    const receiver = await newReceiver();
    const { id } = await client.createEndpoint(receiver.url, {
      eventTypes: ['all', 'invalidData'],
      format: 'pulter',
      require: { importer: ['contacts'] },
    });
    const { text } = await client.call('GET', `endpoints/${id}/secret`);
    const { secrets } = JSON.parse(text) as { secrets: [{ secret: string }] };
    const event = await client.send(submission('all'));
    await client.until(onlyDelivery(event), 'delivered');
    const [request] = await receiver.waitFor(1);
    if (request === undefined) throw new Error('Nothing came');
    expect(request.body.toString('utf8')).toBe(
      `{"id":"${event.id}","templateId":"contacts","event":"all","index":1,"count":1,"totalRows":2,` +
        `"metadata":{"by":"user-7"},"rows":${rows}}`,
    );
    expect(request.headers['content-type']).toBe('application/json');
    expect(secrets[0].secret).toMatch(/^whsec_/);
    verifySignature(request, secrets[0].secret);
    expect((await client.send(submission('validData'))).deliveries).toEqual([]);
  });

  it('gets nothing of other importers', async () => {
    const client = await service.clientOf('pulter-others');
    const receiver = await newReceiver();
    const fields = { eventTypes: ['all'], format: 'pulter', require: { importer: ['orders'] } };
    await client.createEndpoint(receiver.url, fields);
    expect((await client.send(submission('all'))).deliveries).toEqual([]);
  });

  it('is called with null and {} for what the product left out, and with the id that it gave', async () => {
    const client = await service.clientOf('pulter-bare');
    const receiver = await newReceiver();
    await client.createEndpoint(receiver.url, { eventTypes: ['validData'], format: 'pulter' });
    await client.send({ type: 'validData', data: { id: 'imp-7', rows: [] } });
    const [request] = await receiver.waitFor(1);
    expect(JSON.parse(String(request?.body))).toEqual({
      ...{ id: 'imp-7', templateId: null, event: 'validData' },
      ...{ index: 1, count: 1, totalRows: 0, metadata: {}, rows: [] },
    });
  });

  it('has the answers of each event on record, and any of them sent again', async () => {
    const client = await service.clientOf('pulter-again');
    const receiver = await newReceiver(() => ({ status: 500, body: 'the database is down' }));
    const fields = { eventTypes: ['all'], format: 'pulter', retrySchedule: [] };
    await client.createEndpoint(receiver.url, fields);
    const id = onlyDelivery(await client.send(submission('all')));
    const { attempts } = await client.until(id, 'failed');
    expect(attempts).toMatchObject([{ status: 500, responseBody: 'the database is down' }]);
    receiver.setScript(() => ({}));
    expect(await client.retry(id)).toBe('new round');
    await client.until(id, 'delivered');
    const [first, again] = receiver.requests;
    expect(again?.body).toEqual(first?.body);
    expect(again?.headers['webhook-id']).toBe(first?.headers['webhook-id']);
  });
});

describe('an import with a webhookUrl of its own', () => {
  it('is sent there, beside the importer', async () => {
    const client = await service.clientOf('pulter-once');
    const [importer, own] = [await newReceiver(), await newReceiver()];
    await client.createEndpoint(importer.url, { eventTypes: ['all'], format: 'pulter' });
    const endpoint = { url: own.url, format: 'pulter', secret: 'a secret of ours' };
    const event = await client.send(submission('all', `,"endpoint":${JSON.stringify(endpoint)}`));
    expect(event.deliveries).toHaveLength(2);
    const [[there], [here]] = [await importer.waitFor(1), await own.waitFor(1)];
    expect(here?.body).toEqual(there?.body);
  });
});

describe('the rules', () => {
  it('rows are subscribed to by name: * does not bring them, and matching says so', async () => {
    const client = await service.clientOf('pulter-star');
    const receiver = await newReceiver();
    await client.createEndpoint(receiver.url, { eventTypes: ['*'] });
    const { id, deliveries } = await client.send(submission('all'));
    expect(deliveries).toEqual([]);
    const { text } = await client.call('GET', `events/${id}/matching`);
    expect(text).toContain("its types don't name all, which brings rows");
  });

  it('nor does a dry run show samples of rows to who asks for *', async () => {
    const client = await service.clientOf('pulter-dry');
    const shown = async (eventTypes: string[]): Promise<string[]> => {
      const body = { url: 'https://hooks.example.com/', format: 'pulter', eventTypes };
      const { samples } = (await client.post('endpoints?dryRun=true', body)) as {
        samples: { eventType: string }[];
      };
      return samples.map(({ eventType }) => eventType);
    };
    expect(await shown(['*'])).toEqual([]);
    expect(await shown(['*', 'validData'])).toEqual(['validData']);
  });

  it.each([
    ['no rows', { templateId: 'x' }, ['/data']],
    ['rows that are none', { rows: { a: 1 } }, ['/data/rows']],
    ['a row that is no object', { rows: [{}, 7] }, ['/data/rows/1']],
    ['a templateId that is no text', { templateId: 7, rows: [] }, ['/data/templateId']],
    ['metadata that is no object', { metadata: [], rows: [] }, ['/data/metadata']],
    ['a member that nobody knows', { rows: [], row: [] }, ['/data']],
  ])('refuse %s', async (_, given, pointers) => {
    const client = await service.clientOf('pulter-rules');
    expect(await refusal(client, 'all', given)).toEqual({
      ...{ status: 422, code: 'data_breaks_schema' },
      pointers,
    });
  });

  it('its format carries its own types alone', async () => {
    const client = await service.clientOf('pulter-format');
    const receiver = await newReceiver();
    await client.createEndpoint(receiver.url, { eventTypes: ['thing.*'], format: 'pulter' });
    const { id, deliveries } = await client.send({ type: 'thing.done', data: {} });
    expect(deliveries).toEqual([]);
    const { text } = await client.call('GET', `events/${id}/matching`);
    expect(text).toContain('it has the format pulter, which carries types of the catalog pulter');
  });

  it('each type says which rows it brings', async () => {
    const client = await service.clientOf('pulter-types');
    const { text } = await client.call('GET', '/v1/event-types?limit=250');
    const { data: offered } = JSON.parse(text) as { data: Record<string, unknown>[] };
    const ours = offered.filter(({ catalog }) => catalog === 'pulter');
    expect(ours.map(({ name, rows: choice }) => [name, choice])).toEqual([
      ['all', 'all'],
      ['invalidData', 'invalid'],
      ['validData', 'valid'],
    ]);
  });
});
