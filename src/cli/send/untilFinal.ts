import { setTimeout as sleep } from 'node:timers/promises';
import type { EverhookClient } from '../../client/index.js';
import { isFinal } from '../../domain/words.js';
import { listDeliveries, type DeliverySummary } from '../deliveries/listDeliveries.js';

const lookEveryMs = 250;

/**
 * The deliveries of an event when each has ended or waits for a closed endpoint, at the latest when `waitMs` have gone
 * by.
 */
export async function untilFinal(
  client: EverhookClient,
  { tenant, eventId, waitMs }: { tenant: string; eventId: string; waitMs: number },
): Promise<DeliverySummary[]> {
  const deadline = Date.now() + waitMs;
  for (;;) {
    const { data } = await listDeliveries(client, { tenant, eventId, limit: 250 });
    const isSettled = data.every(({ state }) => isFinal(state) || state === 'queued');
    if (isSettled || Date.now() > deadline) return data;
    await sleep(lookEveryMs);
  }
}
