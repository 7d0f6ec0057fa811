import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { searchAttributes } from '../../src/contract/searchAttributes.js';
import { progressQuery, signals, workflowId } from '../../src/contract/temporal.js';
import { keepHistory } from '../replay/keepHistory.js';
import { eventually } from '../setup/eventually.js';
import { startReceiver, type Receiver } from '../setup/receiver.js';
import { startTestEngine, type TestEngine } from './testEngine.js';

let engine: TestEngine;
beforeAll(async () => {
  engine = await startTestEngine({
    settings: {
      EVERHOOK_CIRCUIT_FAILURES: '5',
      EVERHOOK_FIRST_PROBE_MS: '300',
      EVERHOOK_MAX_PROBE_MS: '1000',
    },
  });
}, 120_000);
afterAll(async () => {
  await engine.stop();
});

interface Scene {
  tenant: string;
  receiver: Receiver;
  endpointId: string;
}

let scenes = 0;

/** A tenant with one endpoint, which answers 503 until told otherwise. */
async function scene(status = 503): Promise<Scene> {
  scenes += 1;
  const tenant = `tenant-${scenes}`;
  const receiver = await startReceiver(() => ({ status }));
  const endpointId = await engine.makeEndpoint({
    url: receiver.url,
    tenant,
    retrySchedule: [60, 60, 60],
  });
  return { tenant, receiver, endpointId };
}

async function send(tenant: string, count: number): Promise<void> {
  for (let sent = 0; sent < count; sent += 1) {
    const rawBody = Buffer.from(JSON.stringify({ type: 'job.end', data: { sent } }));
    await engine.intake.accept({ environment: 'test', tenant, rawBody, idempotencyKey: null });
  }
}

async function statesOf(endpointId: string): Promise<Record<string, number>> {
  const { rows } = await engine.pool.query<{ state: string; count: number }>(
    'SELECT state, count(*)::int FROM deliveries WHERE endpoint_id = $1 GROUP BY state',
    [endpointId],
  );
  return Object.fromEntries(rows.map(({ state, count }) => [state, count]));
}

const untilStates = (endpointId: string, states: Record<string, number>, withinMs = 20_000) =>
  eventually(async () => expect(await statesOf(endpointId)).toEqual(states), { withinMs });

const drainOf = (endpointId: string) =>
  engine.client.workflow.getHandle(workflowId('drainEndpoint', endpointId));

async function isCircuitOpen(endpointId: string): Promise<boolean> {
  const { rows } = await engine.pool.query<{ open: boolean }>(
    'SELECT circuit_opened_at IS NOT NULL AS open FROM endpoints WHERE id = $1',
    [endpointId],
  );
  return rows[0]?.open ?? false;
}

describe('an endpoint that is down', () => {
  it('gets probes alone, and when it is back what waited, oldest first', async () => {
    const { tenant, receiver, endpointId } = await scene();
    await send(tenant, 8);
    await eventually(async () => expect(await isCircuitOpen(endpointId)).toBe(true));
    await send(tenant, 20);
    const drain = drainOf(endpointId);
    await eventually(async () => {
      const { typedSearchAttributes } = await drain.describe();
      expect(typedSearchAttributes.get(searchAttributes.state)).toBe('down');
    });
    expect(await drain.query(progressQuery)).toMatchObject({ state: 'down', delivered: 0 });
    const before = receiver.requests.length;
    receiver.setScript(() => ({}));
    await untilStates(endpointId, { delivered: 28 }, 30_000);
    const drained = receiver.requests.slice(before).map(({ headers }) => headers['webhook-id']);
    expect(new Set(drained).size).toBe(drained.length);
    expect(await drain.result()).toMatchObject({ queued: 0 });
    expect(await isCircuitOpen(endpointId)).toBe(false);
    await keepHistory('drainEndpoint-down', drain);
    await receiver.close();
  });

  it('is probed now when an operator says so in the Temporal UI', async () => {
    const { tenant, receiver, endpointId } = await scene();
    await send(tenant, 6);
    await eventually(async () => expect(await isCircuitOpen(endpointId)).toBe(true));
    await engine.pool.query(
      `UPDATE endpoints SET next_probe_at = now() + interval '1 hour' WHERE id = $1`,
      [endpointId],
    );
    await send(tenant, 1);
    receiver.setScript(() => ({}));
    await eventually(async () => {
      await drainOf(endpointId).signal(signals.retryNow, {});
      expect((await statesOf(endpointId))['queued'] ?? 0).toBe(0);
    });
    await untilStates(endpointId, { delivered: 7 });
    await receiver.close();
  });
});
