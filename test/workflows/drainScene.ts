import { workflowId } from '../../src/contract/temporal.js';
import type { WorkflowHandle } from '@temporalio/client';
import { expect } from 'vitest';
import { eventually } from '../setup/eventually.js';
import { startReceiver, type Receiver, type Script } from '../setup/receiver.js';
import type { TestEngine } from './testEngine.js';

/** A tenant with one endpoint. */
export interface DrainScene {
  tenant: string;
  receiver: Receiver;
  endpointId: string;
  drain: WorkflowHandle;
  /** Events, one after the other, with what else they are given; their shown ids. */
  send(count: number, given?: object): Promise<string[]>;
  /** Changes columns of the endpoint. */
  set(sql: string): Promise<void>;
  states(): Promise<Record<string, number>>;
  untilStates(states: Record<string, number>, withinMs?: number): Promise<void>;
  isCircuitOpen(): Promise<boolean>;
  /** The events that the receiver got, by their shown ids, in order. */
  received(): string[];
}

let scenes = 0;

export async function openDrainScene(engine: TestEngine, script: Script): Promise<DrainScene> {
  scenes += 1;
  const tenant = `tenant-${scenes}`;
  const receiver = await startReceiver(script);
  const endpointId = await engine.makeEndpoint({
    url: receiver.url,
    tenant,
    retrySchedule: [60, 60, 60],
  });
  const states = async (): Promise<Record<string, number>> => {
    const { rows } = await engine.pool.query<{ state: string; count: number }>(
      'SELECT state, count(*)::int FROM deliveries WHERE endpoint_id = $1 GROUP BY state',
      [endpointId],
    );
    return Object.fromEntries(rows.map(({ state, count }) => [state, count]));
  };
  return {
    tenant,
    receiver,
    endpointId,
    drain: engine.client.workflow.getHandle(workflowId('drainEndpoint', endpointId)),
    async send(count, given = {}) {
      const ids: string[] = [];
      for (let sent = 0; sent < count; sent += 1) {
        const rawBody = Buffer.from(JSON.stringify({ type: 'job.end', data: { sent }, ...given }));
        const request = { environment: 'test', tenant, rawBody, idempotencyKey: null } as const;
        const { body } = await engine.intake.accept(request);
        ids.push((JSON.parse(body) as { id: string }).id);
      }
      return ids;
    },
    async set(sql) {
      await engine.pool.query(`UPDATE endpoints SET ${sql} WHERE id = $1`, [endpointId]);
    },
    states,
    async untilStates(wanted, withinMs = 20_000) {
      await eventually(async () => expect(await states()).toEqual(wanted), { withinMs });
    },
    async isCircuitOpen() {
      const { rows } = await engine.pool.query<{ open: boolean }>(
        'SELECT circuit_opened_at IS NOT NULL AS open FROM endpoints WHERE id = $1',
        [endpointId],
      );
      return rows[0]?.open ?? false;
    },
    received: () => receiver.requests.map(({ headers }) => String(headers['webhook-id'])),
  };
}
