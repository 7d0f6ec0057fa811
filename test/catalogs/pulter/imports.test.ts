import { describe, expect, it } from 'vitest';
import { importRows, onlyRun, untilAllSent } from '../../e2e/importClient.js';
import { useTestService } from '../../e2e/useTestService.js';
import { verifySignature } from '../../e2e/verifySignature.js';

const { service, newReceiver } = await useTestService();

const secret = `whsec_${Buffer.alloc(24, 7).toString('base64')}`;

const lines = [
  '{"data":{"name":"Ada","balance":12345678901234567890.10}}',
  '{"data":{"name":"Bób"},"valid":false}',
  '{"id":"row-3","data":{ "name" : "Cid" }}',
].join('\n');

describe('a file that a client uploads', () => {
  it('is sent in batches of the importer, each as Pulter has it, byte for byte', async () => {
    const client = await service.clientOf('pulter-batches');
    const receiver = await newReceiver();
    await client.createEndpoint(receiver.url, {
      ...{ eventTypes: ['all'], format: 'pulter', batchSize: 2, secret },
      require: { importer: ['contacts'] },
    });
    const done = await importRows(
      client,
      {
        ...{ id: 'upload-2041', eventTypes: ['all'], attributes: { importer: 'contacts' } },
        ...{ metadata: { by: 'user-7' }, data: { templateId: 'contacts' } },
      },
      lines,
    );
    const delivery = await untilAllSent(client, onlyRun(done));
    const head = '{"id":"upload-2041","templateId":"contacts","event":"all"';
    const tail = '"count":2,"totalRows":3,"metadata":{"by":"user-7"}';
    expect(receiver.requests.map(({ body }) => body.toString())).toEqual([
      `${head},"index":1,${tail},"rows":[{"name":"Ada","balance":12345678901234567890.10},{"name":"Bób"}]}`,
      `${head},"index":2,${tail},"rows":[{ "name" : "Cid" }]}`,
    ]);
    expect(receiver.requests.map(({ headers }) => headers['webhook-id'])).toEqual([
      `${delivery.id}_1`,
      `${delivery.id}_2`,
    ]);
    for (const request of receiver.requests) verifySignature(request, secret);
  });

  it('waits for the answer to each batch before the next', async () => {
    const client = await service.clientOf('pulter-waits');
    const receiver = await newReceiver(() => ({ delayMs: 150 }));
    const fields = { eventTypes: ['all'], format: 'pulter', batchSize: 1 };
    await client.createEndpoint(receiver.url, fields);
    const id = onlyRun(await importRows(client, { eventTypes: ['all'] }, lines));
    await untilAllSent(client, id);
    const times = receiver.requests.map(({ receivedAt }) => receivedAt);
    times.slice(1).forEach((at, place) => {
      expect(at - (times[place] ?? 0)).toBeGreaterThanOrEqual(145);
    });
  });

  it('goes to the webhookUrl that came with it, too', async () => {
    const client = await service.clientOf('pulter-run-time');
    const receiver = await newReceiver();
    const endpoint = { url: receiver.url, format: 'pulter', secret };
    const wish = { eventTypes: ['validData'], endpoint };
    await untilAllSent(client, onlyRun(await importRows(client, wish, lines)));
    const [request] = receiver.requests;
    if (request === undefined) throw new Error('Nothing came');
    expect(JSON.parse(String(request.body))).toMatchObject({ event: 'validData', totalRows: 2 });
    verifySignature(request, secret);
  });

  it('has what each batch was answered on record, and can be resent while its rows are kept', async () => {
    const client = await service.clientOf('pulter-record');
    const receiver = await newReceiver(() => ({ body: 'thank you' }));
    await client.createEndpoint(receiver.url, { eventTypes: ['all'], format: 'pulter' });
    const id = onlyRun(await importRows(client, { eventTypes: ['all'] }, lines));
    await untilAllSent(client, id);
    const { text } = await client.call('GET', `deliveries/${id}/batches/1`);
    expect(JSON.parse(text)).toMatchObject({
      attempts: [{ status: 200, responseBody: 'thank you' }],
    });
    await client.retry(id);
    await receiver.waitFor(2);
    expect(receiver.requests[1]?.body).toEqual(receiver.requests[0]?.body);
  });

  it('that is not to be kept (dataSync off) is gone when it is acknowledged', async () => {
    const client = await service.clientOf('pulter-gone');
    const receiver = await newReceiver();
    await client.createEndpoint(receiver.url, { eventTypes: ['all'], format: 'pulter' });
    const wish = { eventTypes: ['all'], keepRows: false };
    const id = onlyRun(await importRows(client, wish, lines));
    await untilAllSent(client, id);
    await expect
      .poll(async () => (await client.call('POST', `deliveries/${id}/retry`)).status)
      .toBe(409);
  });
});
