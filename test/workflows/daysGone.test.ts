import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signals } from '../../src/contract/temporal.js';
import { lowestUuidAt, parseId } from '../../src/domain/ids.js';
import { endPayloads } from '../../src/store/endPayloads.js';
import { eventually } from '../setup/eventually.js';
import { startReceiver, type Receiver } from '../setup/receiver.js';
import { failureOf } from './failureOf.js';
import { startTestEngine, type StartedEvent, type TestEngine } from './testEngine.js';

let engine: TestEngine;
let receiver: Receiver;
beforeAll(async () => {
  engine = await startTestEngine();
  receiver = await startReceiver(() => ({ status: 503 }));
}, 120_000);
afterAll(async () => {
  await engine.stop();
  await receiver.close();
});

/** An event whose first attempt has failed and whose next is an hour away. */
async function startWaiting(tenant: string): Promise<StartedEvent> {
  await engine.makeEndpoint({ tenant, url: receiver.url, retrySchedule: [3_600] });
  const event = await engine.accept(tenant);
  await eventually(async () => {
    const delivery = await engine.delivery(String(event.deliveryIds[0]));
    expect(delivery).toMatchObject({ state: 'retrying', attemptCount: 1 });
  });
  return event;
}

describe('a workflow that waits for a retry', () => {
  it('ends, and sends nothing, when it wakes and its day is gone', async () => {
    const { handle, deliveryIds } = await startWaiting('gone');
    const sent = receiver.requests.length;
    const id = parseId('delivery', String(deliveryIds[0]));
    await engine.pool.query('DELETE FROM deliveries WHERE id = $1', [id]);
    await handle.signal(signals.lookAgain);
    expect((await failureOf(handle)).type).toBe('UnknownDelivery');
    expect(receiver.requests).toHaveLength(sent);
  });

  it('ends, and sends nothing, when it wakes and what it was to send is not kept', async () => {
    const { handle, deliveryIds } = await startWaiting('unsendable');
    const sent = receiver.requests.length;
    const before = { day: '29991231', lowestId: lowestUuidAt(Date.now() + 60_000) };
    await endPayloads(engine.pool, { before, days: 50 }, new AbortController().signal);
    await handle.signal(signals.lookAgain);
    await failureOf(handle);
    expect(receiver.requests).toHaveLength(sent);
    expect(await engine.delivery(String(deliveryIds[0]))).toMatchObject({
      state: 'failed',
      round: 1,
    });
  });
});
