import type { WorkflowHandle } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signals } from '../../src/contract/temporal.js';
import { showId } from '../../src/domain/ids.js';
import { keepHistory } from '../replay/keepHistory.js';
import { byTest } from '../setup/byTest.js';
import { eventually } from '../setup/eventually.js';
import { startReceiver, type Receiver } from '../setup/receiver.js';
import { failureOf } from './failureOf.js';
import { summaryIn } from './summaryIn.js';
import { secret, startTestEngine, type StartedEvent, type TestEngine } from './testEngine.js';

let engine: TestEngine;
beforeAll(async () => {
  engine = await startTestEngine();
}, 120_000);
afterAll(() => engine.stop());

interface Metadata {
  currentDetails: string;
  definition: { signalDefinitions: { name: string; description: string }[] };
}

const metadataOf = (handle: WorkflowHandle): Promise<Metadata> =>
  handle.query('__temporal_workflow_metadata');

/** An event whose first attempt fails and whose next is an hour away. */
async function startWaiting(
  tenant: string,
  retrySchedule = [3_600],
): Promise<StartedEvent & { receiver: Receiver }> {
  const receiver = await startReceiver(() => ({ status: 503 }));
  await engine.makeEndpoint({ tenant, url: receiver.url, retrySchedule });
  const event = await engine.accept(tenant);
  await eventually(async () => {
    expect((await metadataOf(event.handle)).currentDetails).toContain('last answer 503');
  });
  return { ...event, receiver };
}

/** Workflows that a list query finds, in the UI as here; visibility lags behind. */
async function idsFound(query: string): Promise<string[]> {
  const ids: string[] = [];
  for await (const { workflowId } of engine.client.workflow.list({ query })) ids.push(workflowId);
  return ids;
}

describe('what an operator sees in the Temporal UI', () => {
  it('finds workflows by environment, tenant, event type, endpoint and status', async () => {
    const receiver = await startReceiver();
    const endpointId = showId(
      'endpoint',
      await engine.makeEndpoint({ tenant: 'found', url: receiver.url }),
    );
    const { handle } = await engine.accept('found');
    await handle.result();
    const query = (tenant: string, endpoint: string): string =>
      `environment = 'test' AND tenant = '${tenant}' AND eventType = 'job.end' AND endpoints = '${endpoint}' AND ExecutionStatus = 'Completed'`;
    await eventually(async () => {
      expect(await idsFound(query('found', endpointId))).toEqual([handle.workflowId]);
    });
    expect(await idsFound(query('another', endpointId))).toEqual([]);
    expect(await idsFound(query('found', endpointId.replaceAll('0', '1')))).toEqual([]);
    await receiver.close();
  });

  it('reads what it is about, how it stands and what each wait is for', async () => {
    const { handle, deliveryIds, receiver } = await startWaiting('seen', [0.05, ...hours(8)]);
    expect(await (await handle.describe()).staticSummary()).toBe('job.end for seen, 1 endpoint');
    const waiting =
      /attempt 3 of 10 (at|on \d{4}-\d\d-\d\d at) \d\d:\d\d:\d\d UTC, last answer 503/;
    await eventually(async () => {
      const { currentDetails } = await metadataOf(handle);
      expect(currentDetails).toMatch(/^1 retrying\n/);
      expect(currentDetails).toContain(deliveryIds[0]);
      expect(currentDetails).toMatch(waiting);
    });
    const { events } = await handle.fetchHistory();
    const timers = (events ?? []).filter((event) => event.timerStartedEventAttributes);
    expect(summaryIn(timers.at(-1) ?? {})).toMatch(waiting);
    await handle.terminate();
    await receiver.close();
  });

  it('reads in the details how many wait, not each of hundreds', async () => {
    const receiver = await startReceiver(() => ({ status: 500 }));
    for (let index = 0; index < 30; index += 1) {
      await engine.makeEndpoint({ tenant: 'wide', url: receiver.url, retrySchedule: [3_600] });
    }
    const { handle } = await engine.accept('wide');
    await eventually(async () => {
      const { currentDetails } = await metadataOf(handle);
      expect(currentDetails).toMatch(/^30 retrying\n/);
      expect(currentDetails).toMatch(/- and 10 more$/);
    });
    expect(await (await handle.describe()).staticSummary()).toBe('job.end for wide, 30 endpoints');
    await handle.terminate();
    await receiver.close();
  });

  it('is offered the signals with a description', async () => {
    const { handle, receiver } = await startWaiting('offered');
    const { signalDefinitions } = (await metadataOf(handle)).definition;
    expect(signalDefinitions.map(({ name }) => name).toSorted()).toEqual([
      ...['cancel', 'lookAgain', 'retryNow'],
    ]);
    for (const { description } of signalDefinitions) expect(description).toMatch(/^[A-Z].+\.$/);
    await handle.terminate();
    await receiver.close();
  });
});

describe('what an operator or the API asks of a running workflow', () => {
  it('retryNow brings the next attempt forward', async () => {
    const { handle, receiver } = await startWaiting('brought');
    receiver.setScript(() => ({}));
    await handle.signal(signals.retryNow, {});
    expect(await handle.result()).toMatchObject([{ state: 'delivered' }]);
    expect(receiver.requests).toHaveLength(2);
    await keepHistory('retry-now', handle);
    await receiver.close();
  });

  it('retryNow asked twice at once makes one attempt', async () => {
    const { handle, deliveryIds, receiver } = await startWaiting('twice', [3_600, 3_600]);
    const target = { deliveryId: deliveryIds[0] };
    receiver.setScript(() => ({ status: 500, delayMs: 300 }));
    await Promise.all([
      handle.signal(signals.retryNow, target),
      handle.signal(signals.retryNow, target),
    ]);
    await eventually(async () => {
      expect(await engine.delivery(String(deliveryIds[0]))).toMatchObject({ attemptCount: 2 });
    });
    await expect(receiver.waitFor(3, 500)).rejects.toThrow('2 of 3');
    await handle.terminate();
    await receiver.close();
  });

  it('retryNow gives one that was delivered a new round', async () => {
    const { handle, deliveryIds, receiver } = await startWaiting('again');
    const fine = await startReceiver();
    await engine.makeEndpoint({ tenant: 'again2', url: fine.url });
    await engine.makeEndpoint({ tenant: 'again2', url: receiver.url, retrySchedule: [3_600] });
    const both = await engine.accept('again2');
    const delivered = await eventually(async () => {
      const states = await Promise.all(both.deliveryIds.map((id) => engine.delivery(id)));
      const index = states.findIndex(({ state }) => state === 'delivered');
      expect(index).toBeGreaterThanOrEqual(0);
      return String(both.deliveryIds[index]);
    });
    await both.handle.signal(signals.retryNow, { deliveryId: delivered });
    await fine.waitFor(2);
    await eventually(async () => {
      expect(await engine.delivery(delivered)).toMatchObject({ state: 'delivered', round: 2 });
    });
    // A delivery of another workflow is none of its business.
    await both.handle.signal(signals.retryNow, { deliveryId: deliveryIds[0] });
    await both.handle.signal(signals.cancel, {});
    expect((await both.handle.result()).map(({ state }) => state).toSorted()).toEqual([
      'cancelled',
      'delivered',
    ]);
    expect(await engine.delivery(String(deliveryIds[0]))).toMatchObject({ state: 'retrying' });
    await keepHistory('new-round-while-running', both.handle);
    await handle.terminate();
    await receiver.close();
    await fine.close();
  });

  it('cancel ends the wait', async () => {
    const { handle, deliveryIds, receiver } = await startWaiting('cancelled');
    await handle.signal(signals.cancel, { deliveryId: deliveryIds[0] });
    expect(await handle.result()).toMatchObject([{ state: 'cancelled', lastAnswer: '503' }]);
    expect(await engine.delivery(String(deliveryIds[0]))).toMatchObject({ state: 'cancelled' });
    expect(receiver.requests).toHaveLength(1);
    await keepHistory('cancel-signal', handle);
    await receiver.close();
  });

  it('lookAgain follows what the API has written', async () => {
    const { handle, deliveryIds, receiver } = await startWaiting('told');
    const scope = { environment: 'test', tenant: 'told' } as const;
    receiver.setScript(() => ({}));
    const deliveryId = String(deliveryIds[0]).slice('dlv_'.length);
    expect(await engine.intake.retryDelivery({ ...scope, deliveryId }, byTest)).toBe(
      'brought forward',
    );
    expect(await handle.result()).toMatchObject([{ state: 'delivered' }]);
    await keepHistory('look-again', handle);
    await receiver.close();
  });

  it("Temporal's own cancel is written into the record", async () => {
    const { handle, deliveryIds, receiver } = await startWaiting('stopped');
    await handle.cancel();
    await expect(handle.result()).rejects.toThrow();
    expect((await handle.describe()).status.name).toBe('CANCELLED');
    expect(await engine.delivery(String(deliveryIds[0]))).toMatchObject({ state: 'cancelled' });
    await keepHistory('temporal-cancel', handle);
    await receiver.close();
  });

  it('signals with arguments that mean nothing do nothing', async () => {
    const { handle, deliveryIds, receiver } = await startWaiting('garbage');
    const garbage: unknown[] = [
      ...['all', '', 7, true, [], [{ deliveryId: deliveryIds[0] }]],
      ...[{ delivery_id: deliveryIds[0] }, { deliveryId: 7 }, { deliveryId: null }],
      ...[{ deliveryId: deliveryIds[0], and: 'more' }, { deliveryId: 'dlv_x' }],
      { deliveryId: "'; DROP TABLE deliveries; --" },
    ];
    for (const argument of garbage) {
      for (const signal of Object.values(signals)) await handle.signal(signal, argument);
    }
    await handle.signal('noSuchSignal', {});
    expect((await metadataOf(handle)).currentDetails).toMatch(/^1 retrying\n/);
    expect(await engine.delivery(String(deliveryIds[0]))).toMatchObject({ state: 'retrying' });
    expect(receiver.requests).toHaveLength(1);
    receiver.setScript(() => ({}));
    await handle.signal(signals.retryNow);
    expect(await handle.result()).toMatchObject([{ state: 'delivered' }]);
    await receiver.close();
  });
});

describe('a history', () => {
  it('holds no payload, secret, URL, header or answer', async () => {
    const answer = { headers: { 'x-answer': 'answer-header' }, body: 'answer-body' };
    const receiver = await startReceiver(() => ({ status: 500, ...answer }));
    await engine.makeEndpoint({
      ...{ tenant: 'discreet', url: `${receiver.url}/path-of-theirs?key=query-key` },
      ...{ headers: { 'x-own': 'own-header' }, retrySchedule: [0, 0, 0, 0] },
    });
    const { handle, deliveryIds } = await engine.accept('discreet', { note: 'payload-text' });
    await failureOf(handle);
    const text = readable(historyToJSON(await handle.fetchHistory()));
    // So that the search can be trusted to find what is there.
    expect(text).toContain(deliveryIds[0]);
    expect(text).toContain('"lastAnswer":"500"');
    const hidden = ['payload-text', secret, 'path-of-theirs', 'query-key', 'own-header'];
    for (const needle of [...hidden, 'answer-', String(receiver.port), '127.0.0.1']) {
      expect(text).not.toContain(needle);
    }
    await receiver.close();
  });
});

function hours(count: number): number[] {
  return Array.from({ length: count }, () => 3_600);
}

/** A history with its payloads decoded; identities, which name the worker's host, left out. */
function readable(json: string): string {
  return JSON.stringify(JSON.parse(json), (name, value: unknown) => {
    if (name === 'identity') return undefined;
    const isPayload = name === 'data' && typeof value === 'string';
    return isPayload ? Buffer.from(value, 'base64').toString() : value;
  }).replaceAll(String.raw`\"`, '"');
}
