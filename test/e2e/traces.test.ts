import { describe, expect, it, onTestFinished } from 'vitest';
import { openScene } from '../faults/openScene.js';
import { eventually } from '../setup/eventually.js';
import { startReceiver, type Receiver } from '../setup/receiver.js';
import { startTraceCollector, type TraceCollector } from '../setup/traceCollector.js';
import type { Accepted, ApiClient } from './apiClient.js';
import { onlyRun, rowLines, type CompletedImport } from './importClient.js';
import { startTestService } from './startTestService.js';

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const parentSpanId = '00f067aa0ba902b7';
const given = `00-${traceId}-${parentSpanId}-01`;

async function collector(): Promise<TraceCollector> {
  const made = await startTraceCollector();
  onTestFinished(() => made.close());
  return made;
}

async function receiver(): Promise<Receiver> {
  const made = await startReceiver();
  onTestFinished(() => made.close());
  return made;
}

/** An event under a `traceparent`, or none. */
async function sendTraced(client: ApiClient, traceparent: string | null): Promise<Accepted> {
  const headers = traceparent === null ? {} : { traceparent };
  const body = { type: 'thing.done', data: {} };
  const { status, text } = await client.call('POST', 'events', { body, headers });
  if (status !== 202) throw new Error(text);
  return JSON.parse(text) as Accepted;
}

const variables = (url: string): Record<string, string> => ({
  OTEL_EXPORTER_OTLP_ENDPOINT: url,
  OTEL_BSP_SCHEDULE_DELAY: '200',
});

it(
  'one trace goes from the product through accept and start to each attempt, in processes of their own',
  { timeout: 240_000 },
  async (context) => {
    const [traces, scene, other] = await Promise.all([collector(), openScene(context), receiver()]);
    const [api] = await Promise.all([
      scene.start('api', variables(traces.url)),
      scene.start('dispatcher,worker', variables(traces.url)),
    ]);
    const client = await scene.client(api);
    scene.receiver.setScript((_, index) => (index === 0 ? { status: 503 } : {}));
    const url = `${scene.receiver.url}/hook`;
    const asking = await client.createEndpoint(`${url}?key=secret`, { traceContext: true });
    expect(asking.traceContext).toBe(true);
    await client.createEndpoint(other.url);
    const event = await sendTraced(client, given);
    for (const { id } of event.deliveries) await client.until(id, 'delivered');
    const spans = await eventually(() => {
      expect(traces.spans).toHaveLength(5);
      return traces.spans;
    });

    expect(new Set(spans.map((span) => span.traceId))).toEqual(new Set([traceId]));
    const accept = spans.find(({ kind }) => kind === 2);
    if (accept === undefined) throw new Error('There is no span of the request');
    expect(accept).toMatchObject({
      ...{ name: 'POST /v1/tenants/:tenant/events', parentSpanId, status: 0 },
      facts: {
        'http.request.method': 'POST',
        'http.route': '/v1/tenants/:tenant/events',
        'http.response.status_code': 202,
      },
      resource: { 'service.name': 'everhook', 'everhook.roles': ['api'] },
    });
    const start = spans.find(({ kind }) => kind === 4);
    expect(start).toMatchObject({
      ...{ name: 'start deliverEvent', parentSpanId: accept.spanId },
      facts: { temporalWorkflowID: `event/${event.id}` },
      resource: { 'everhook.roles': ['dispatcher', 'worker'] },
    });

    const attempts = spans.filter(({ facts }) => facts['everhook.endpoint.id'] === asking.id);
    const first = attempts.find(({ facts }) => facts['everhook.attempt'] === 1);
    const second = attempts.find(({ facts }) => facts['everhook.attempt'] === 2);
    const common = {
      'http.request.method': 'POST',
      'url.full': url,
      'server.address': '127.0.0.1',
      'server.port': scene.receiver.port,
      'everhook.event.id': event.id,
      temporalWorkflowID: `event/${event.id}`,
    };
    expect(first).toMatchObject({
      ...{ name: 'POST', kind: 3, parentSpanId: accept.spanId, status: 2 },
      facts: { ...common, 'http.response.status_code': 503, 'error.type': '503' },
    });
    expect(second).toMatchObject({
      ...{ name: 'POST', kind: 3, parentSpanId: accept.spanId, status: 0 },
      facts: { ...common, 'http.response.status_code': 200, 'http.request.resend_count': 1 },
    });
    expect(JSON.stringify(spans)).not.toContain('secret');

    const received = scene.receiver.requests.map(({ headers }) => headers['traceparent']);
    expect(received).toEqual([first, second].map((span) => `00-${traceId}-${span?.spanId}-01`));
    expect(other.requests.map(({ headers }) => headers['traceparent'])).toEqual([undefined]);
  },
);

describe('a service that records traces', () => {
  it('records none of what its product does not sample, and begins one where there is none', async () => {
    const traces = await collector();
    const [service, hooks] = await Promise.all([
      startTestService({ OTEL_EXPORTER_OTLP_ENDPOINT: traces.url }),
      receiver(),
    ]);
    const client = await service.clientOf('acme');
    await client.createEndpoint(hooks.url, { traceContext: true });
    for (const traceparent of [`00-${traceId}-${parentSpanId}-00`, null]) {
      const event = await sendTraced(client, traceparent);
      for (const { id } of event.deliveries) await client.until(id, 'delivered');
    }
    await client.call('GET', 'events');
    // What is left is sent at the end.
    await service.stop();
    const [unsampled, sampled] = hooks.requests.map(({ headers }) => headers['traceparent']);
    expect(unsampled).toMatch(new RegExp(`^00-${traceId}-(?!${parentSpanId})[0-9a-f]{16}-00$`));
    const names = traces.spans.map(({ name }) => name).toSorted();
    expect(names).toEqual(['POST', 'POST /v1/tenants/:tenant/events', 'start deliverEvent']);
    const [root] = traces.spans.filter((span) => span.parentSpanId === '');
    expect(new Set(traces.spans.map((span) => span.traceId))).toEqual(new Set([root?.traceId]));
    expect(String(sampled)).toContain(root?.traceId);
  });
});

it('batches of rows, lines of a bulk submission and what a queue sends are in their traces, too', async () => {
  const [traces, hooks] = await Promise.all([collector(), receiver()]);
  const service = await startTestService({ OTEL_EXPORTER_OTLP_ENDPOINT: traces.url });
  const client = await service.clientOf('acme');
  const { id: endpointId } = await client.createEndpoint(hooks.url, {
    eventTypes: ['sheet.rows', 'a.b', 'thing.done'],
  });
  const headersOf = (trace: string) => ({ traceparent: `00-${trace}-${parentSpanId}-01` });
  const [rows, lines, queued] = ['a', 'b', 'c'].map((letter) => letter.repeat(32));

  await client.call('PUT', '/v1/event-types/sheet.rows', { body: { rows: 'all' } });
  const wish = { eventTypes: ['sheet.rows'], batchSize: 1 };
  const { id: importId } = (await client.post('imports', wish)) as { id: string };
  await client.call('POST', `imports/${importId}/rows`, {
    body: rowLines(2),
    headers: { 'content-type': 'application/x-ndjson' },
  });
  const completed = await client.call('POST', `imports/${importId}/complete`, {
    headers: headersOf(rows ?? ''),
  });
  await client.until(onlyRun(JSON.parse(completed.text) as CompletedImport), 'delivered', 60_000);

  const line = JSON.stringify({ type: 'a.b', data: {} });
  const bulk = await client.call('POST', 'events/bulk', {
    body: `${line}\n${line}\n`,
    headers: { ...headersOf(lines ?? ''), 'content-type': 'application/x-ndjson' },
  });
  expect(bulk.status).toBe(200);
  await hooks.waitFor(4);
  await client.post(`endpoints/${endpointId}/pause`);
  const held = await sendTraced(client, headersOf(queued ?? '').traceparent);
  await client.post(`endpoints/${endpointId}/resume`);
  for (const { id } of held.deliveries) await client.until(id, 'delivered');
  await hooks.waitFor(5);
  await service.stop();

  const attemptsIn = (trace: string | undefined) =>
    traces.spans.filter(({ kind, traceId: id }) => kind === 3 && id === trace);
  const batches = attemptsIn(rows).map(({ facts }) => facts['everhook.batch']);
  expect(new Set(batches)).toEqual(new Set([1, 2]));
  expect(batches).toHaveLength(2);
  expect(attemptsIn(lines)).toHaveLength(2);
  expect(attemptsIn(queued).map(({ facts }) => facts['temporalWorkflowID'])).toEqual([
    `endpoint/${endpointId}`,
  ]);
  const requests = traces.spans.filter(({ kind }) => kind === 2).map(({ name }) => name);
  expect(requests).toContain('POST /v1/tenants/:tenant/imports/:importId/complete');
});

describe('a service that records no traces', () => {
  it("passes on the product's own to endpoints that ask, and nothing else", async () => {
    const service = await startTestService();
    onTestFinished(() => service.stop());
    const client = await service.clientOf('acme');
    const [asking, silent] = await Promise.all([receiver(), receiver()]);
    const endpoint = await client.createEndpoint(asking.url, { traceContext: true });
    await client.createEndpoint(silent.url);
    for (const traceparent of [given, null, `${given}0`]) {
      const event = await sendTraced(client, traceparent);
      for (const { id } of event.deliveries) await client.until(id, 'delivered');
    }
    await client.call('PATCH', `endpoints/${endpoint.id}`, { body: { traceContext: null } });
    const event = await sendTraced(client, given);
    for (const { id } of event.deliveries) await client.until(id, 'delivered');
    const had = ({ requests }: Receiver) => requests.map(({ headers }) => headers['traceparent']);
    expect(had(asking)).toEqual([given, undefined, undefined, undefined]);
    expect(had(silent)).toEqual(Array(4).fill(undefined));
  });
});
