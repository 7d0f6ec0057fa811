import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { dataOf, type EverhookClient } from '../../client/index.js';
import { summaryLine } from '../../domain/describeDelivery.js';
import { isFinal } from '../../domain/words.js';
import { createEndpoint } from '../createEndpoint.js';
import { listDeliveries, type DeliverySummary } from '../deliveries/listDeliveries.js';
import type { FoundService } from '../findService.js';
import type { LocalReceiver } from '../localReceiver.js';
import type { Terminal } from '../terminal.js';
import { BoardPrinter, type Board } from './boardPrinter.js';
import { startDemoReceivers } from './demoReceivers.js';

const eventCount = 20;
/** Slow enough to be watched. */
const sendEveryMs = 150;
const lookEveryMs = 200;
const settledWithinMs = 60_000;
/** Seconds between attempts; short, so that retries are seen within the minute. */
const retrySchedule = [1, 2, 2];

/** Sends 20 events to three receivers and shows what becomes of each delivery; for a service that is thrown away. */
export async function runDemo(
  { client }: FoundService,
  terminal: Terminal,
  stopped: AbortSignal,
): Promise<void> {
  const tenant = `demo-${randomBytes(4).toString('hex')}`;
  const started = await startDemoReceivers((error) => terminal.err(`${String(error)}\n`));
  try {
    const receivers = await makeEndpoints(client, tenant, started, stopped);
    const events: string[] = [];
    const printer = new BoardPrinter(terminal);
    const sending = sendEvents(client, tenant, events, stopped);
    const watching = untilSettled(stopped, async () => {
      const deliveries = await deliveriesOf(client, tenant);
      const board = { eventIds: [...events], receivers, deliveries };
      const isLast = isSettled(board);
      printer.show(board, { isLast });
      return isLast ? deliveries : null;
    });
    const [deliveries] = await Promise.all([watching, sending]);
    terminal.out(`\n${deliveries.length} deliveries: ${summaryLine(deliveries)}.\n${explanation}`);
  } finally {
    await Promise.all(started.map(({ receiver }) => receiver.close()));
  }
}

const explanation = `
What answered 503 twice was delivered at the third attempt. What answered 410 said that it is gone: its
endpoint was disabled, and its deliveries wait in the queue until somebody enables it.
`;

async function makeEndpoints(
  client: EverhookClient,
  tenant: string,
  started: readonly { name: string; receiver: LocalReceiver }[],
  stopped: AbortSignal,
): Promise<Board['receivers']> {
  const made: { name: string; endpointId: string }[] = [];
  for (const { name, receiver } of started) {
    const wanted = { url: receiver.url, eventTypes: ['*'], retrySchedule, description: name };
    made.push({ name, endpointId: await createEndpoint(client, tenant, wanted, stopped) });
  }
  return made;
}

async function sendEvents(
  client: EverhookClient,
  tenant: string,
  events: string[],
  stopped: AbortSignal,
): Promise<void> {
  for (let order = 1; order <= eventCount; order += 1) {
    const { id } = await dataOf(
      client.POST('/v1/tenants/{tenant}/events', {
        params: { path: { tenant } },
        body: { type: 'order.paid', data: { order } },
        signal: stopped,
      }),
    );
    events.push(id);
    await sleep(sendEveryMs, undefined, { signal: stopped });
  }
}

async function deliveriesOf(client: EverhookClient, tenant: string): Promise<DeliverySummary[]> {
  return (await listDeliveries(client, { tenant, limit: 250 })).data;
}

function isSettled({ deliveries, receivers }: Board): boolean {
  return (
    deliveries.length === eventCount * receivers.length &&
    deliveries.every(({ state }) => isFinal(state) || state === 'queued')
  );
}

async function untilSettled(
  stopped: AbortSignal,
  look: () => Promise<DeliverySummary[] | null>,
): Promise<DeliverySummary[]> {
  const deadline = Date.now() + settledWithinMs;
  for (;;) {
    const deliveries = await look();
    if (deliveries !== null) return deliveries;
    if (Date.now() > deadline) throw new Error('Some deliveries have not ended within a minute.');
    await sleep(lookEveryMs, undefined, { signal: stopped });
  }
}
