import { onlyDelivery, type ApiClient } from '../e2e/apiClient.js';
import { importRows, onlyRun, rowLines } from '../e2e/importClient.js';
import type { DeliveryState } from '../../src/domain/words.js';
import type { TestService } from '../e2e/startTestService.js';
import { startReceiver } from '../setup/receiver.js';

/** A circuit that opens soon, but not before what is to fail for good has; it isn't probed while a test lasts. */
export const operatorSettings = {
  EVERHOOK_CIRCUIT_FAILURES: '5',
  EVERHOOK_FIRST_PROBE_MS: '300000',
};

/** What an operator may find, by the ids of its workflows. */
export interface OperatorScene {
  retrying: string[];
  deadLetters: string[];
  endpointDown: string;
  orderBlocked: string;
  importPaused: string;
  importRetrying: string;
  importQueued: string;
  recovery: string;
  /** Of the first that is being retried. */
  endpointId: string;
  close(): Promise<void>;
}

const flowEnd = {
  type: 'flow.end',
  data: {
    session_id: '7f0a2c4e-5b1d-4a86-9c3f-2e8d6b9a1c05',
    success: true,
    flow_name: 'Onboarding',
    metadata: { user_id: '42' },
  },
};
const later = [3_600, 7_200];

/** A night on which of everything something is wrong. */
export async function layOutScene(service: Pick<TestService, 'clientOf'>): Promise<OperatorScene> {
  const good = await startReceiver();
  const bad = await startReceiver(({ url }) => ({ status: url === '/gone' ? 410 : 503 }));
  const [acme, northwind, globex, initech] = [
    await service.clientOf('acme'),
    await service.clientOf('northwind'),
    await service.clientOf('globex'),
    await service.clientOf('initech'),
  ];
  await acme.createEndpoint(good.url, { eventTypes: ['flow.*'] });
  const failing = await acme.createEndpoint(bad.url, {
    ...{ eventTypes: ['flow.*'], retrySchedule: later },
  });
  const retrying = [];
  for (const type of ['flow.start', 'flow.end', 'flow.end']) {
    const { id, deliveries } = await acme.send({ ...flowEnd, type });
    const mine = deliveries.find(({ endpointId }) => endpointId === failing.id);
    await acme.until(mine?.id ?? '', 'retrying');
    retrying.push(`event/${id}`);
  }
  return {
    retrying,
    deadLetters: await letFail(northwind, bad.url),
    endpointDown: await bringDown(globex, bad.url),
    orderBlocked: await blockOrder(initech, bad.url),
    ...(await startImports(globex, bad.url)),
    recovery: await recoverSlowly(initech, good.url),
    endpointId: failing.id,
    async close() {
      await Promise.all([good.close(), bad.close()]);
    },
  };
}

async function letFail(client: ApiClient, url: string): Promise<string[]> {
  await client.createEndpoint(url, { eventTypes: ['technology.end'], retrySchedule: [0.05] });
  const ids = [];
  for (let sent = 0; sent < 2; sent += 1) {
    const data = { ...flowEnd.data, data: { technology_code: 'document_scan' } };
    const event = await client.send({ type: 'technology.end', data });
    await client.until(onlyDelivery(event), 'failed');
    ids.push(`event/${event.id}`);
  }
  return ids;
}

async function bringDown(client: ApiClient, url: string): Promise<string> {
  const { id } = await client.createEndpoint(url, {
    ...{ eventTypes: ['flow.end'], retrySchedule: later },
  });
  const sent = [];
  for (let count = 0; count < 8; count += 1) sent.push(await client.send(flowEnd));
  for (const event of sent) await client.until(onlyDelivery(event), 'queued');
  return `endpoint/${id}`;
}

async function blockOrder(client: ApiClient, url: string): Promise<string> {
  const { id } = await client.createEndpoint(url, {
    ...{ eventTypes: ['flow.end'], retrySchedule: [], ordered: true, onFailure: 'block' },
  });
  const first = await client.send({ ...flowEnd, orderingKey: 'user-42' });
  await client.send({ ...flowEnd, orderingKey: 'user-42' });
  await client.until(onlyDelivery(first), 'failed');
  return `endpoint/${id}`;
}

/** Of which each has sent nothing yet: one waits for a retry, one is paused, of one the endpoint is gone. */
async function startImports(
  client: ApiClient,
  url: string,
): Promise<Pick<OperatorScene, 'importPaused' | 'importRetrying' | 'importQueued'>> {
  const start = async (name: string, path: string, state: DeliveryState): Promise<string> => {
    const type = `${name}.imported`;
    await client.call('PUT', `/v1/event-types/${type}`, { body: { rows: 'all' } });
    await client.createEndpoint(url + path, {
      ...{ eventTypes: [type], retrySchedule: later, batchSize: 50 },
    });
    const wish = { id: `${name}-november`, eventTypes: [type] };
    const id = onlyRun(await importRows(client, wish, rowLines(400)));
    await client.until(id, state);
    return id;
  };
  const [contacts, orders, products] = [
    await start('contacts', '/contacts', 'retrying'),
    await start('orders', '/orders', 'retrying'),
    await start('products', '/gone', 'queued'),
  ];
  await client.post('imports/contacts-november/pause');
  return {
    importPaused: `batches/${contacts}`,
    importRetrying: `batches/${orders}`,
    importQueued: `batches/${products}`,
  };
}

/** Hundred deliveries, one a second. */
async function recoverSlowly(client: ApiClient, url: string): Promise<string> {
  await client.createEndpoint(url, { eventTypes: ['technology.start'] });
  const data = { ...flowEnd.data, data: { technology_code: 'document_scan' } };
  const lines = Array.from({ length: 100 }, () =>
    JSON.stringify({ type: 'technology.start', data }),
  );
  const { status, text } = await client.call('POST', 'events/bulk', {
    body: lines.join('\n'),
    headers: { 'content-type': 'application/x-ndjson' },
  });
  if (status !== 200) throw new Error(`${status} ${text}`);
  const ids = text
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { id: string }).id);
  for (const id of ids) {
    const [delivery] = await client.deliveriesOf(id);
    await client.until(delivery?.id ?? '', 'delivered');
  }
  const made = await client.post('recoveries', {
    ...{ types: ['technology.start'], states: ['delivered'], ratePerSecond: 1 },
  });
  return `recovery/${(made as { id: string }).id}`;
}
