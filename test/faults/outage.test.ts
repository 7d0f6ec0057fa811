import { describe, expect, it } from 'vitest';
import { defaultMaxInFlight, maxFirstAttemptsPerEndpoint } from '../../src/domain/limits.js';
import type { ApiClient } from '../e2e/apiClient.js';
import { eventually } from '../setup/eventually.js';
import type { ReceivedRequest, Receiver } from '../setup/receiver.js';
import { openScene, type Scene } from './openScene.js';
import type { ServiceProcess } from './startServiceProcess.js';

const failuresToOpen = 5;
const attemptSlots = 10;
/** Never used up before the circuit opens. */
const retrySchedule = Array.from({ length: 20 }, () => 1);
/** Longer than a test lasts: what waits so long is sent when its endpoint is back. */
const longRetrySchedule = [3_600];
/** Probes soon, and few at once beside the ten of the local lane, so that attempts can be counted. */
const settings = {
  EVERHOOK_CIRCUIT_FAILURES: String(failuresToOpen),
  EVERHOOK_ATTEMPT_SLOTS: String(attemptSlots),
  EVERHOOK_FIRST_PROBE_MS: '500',
  EVERHOOK_MAX_PROBE_MS: '2000',
};
/** What comes before its circuit opens, each with a workflow of its own, that hands over. */
const firstEvents = 20;
const linesPerRequest = 1_000;
/** For all; a worker's death is noticed within half a minute. */
const drainedWithinMs = 150_000;

const start = (scene: Scene): Promise<ServiceProcess> => scene.start(undefined, settings);

/** Events of which the first open the circuit of their endpoint; `givenTo` says what else the nth is given. */
async function sendToOneThatIsDown(
  scene: Scene,
  client: ApiClient,
  { events, givenTo = () => ({}) }: { events: number; givenTo?: (n: number) => object },
): Promise<void> {
  const lines = Array.from({ length: events }, (_, n) =>
    JSON.stringify({ type: 'thing.done', data: { n }, ...givenTo(n) }),
  );
  await sendLines(client, lines.slice(0, firstEvents));
  await untilCount(scene, 'endpoints WHERE circuit_opened_at IS NOT NULL', 1);
  for (let first = firstEvents; first < events; first += linesPerRequest) {
    await sendLines(client, lines.slice(first, first + linesPerRequest));
  }
  await untilCount(scene, `deliveries WHERE state = 'queued'`, events);
}

async function sendLines(client: ApiClient, lines: readonly string[]): Promise<void> {
  const { text } = await client.call('POST', 'events/bulk', {
    body: lines.join('\n'),
    headers: { 'content-type': 'application/x-ndjson' },
  });
  expect(text.match(/"status":202/g)).toHaveLength(lines.length);
}

/** Answers 503 until it is told that it is back. What came since is in `taken`, in its order. */
function outageAt(receiver: Receiver): { taken: ReceivedRequest[]; end(): void } {
  const taken: ReceivedRequest[] = [];
  let isDown = true;
  receiver.setScript((request) => {
    if (isDown) return { status: 503 };
    taken.push(request);
    return {};
  });
  return { taken, end: () => void (isDown = false) };
}

const idOf = ({ headers }: ReceivedRequest): string => String(headers['webhook-id']);

async function countOf({ pool }: Scene, sql: string): Promise<number> {
  const { rows } = await pool.query<{ count: number }>(`SELECT count(*)::int FROM ${sql}`);
  return rows[0]?.count ?? 0;
}

async function untilCount(scene: Scene, sql: string, expected: number): Promise<void> {
  await eventually(async () => expect(await countOf(scene, sql)).toBe(expected), {
    withinMs: drainedWithinMs,
    everyMs: 200,
  });
}

async function untilTaken(taken: readonly unknown[], atLeast: number): Promise<void> {
  await eventually(() => expect(taken.length).toBeGreaterThanOrEqual(atLeast), {
    withinMs: drainedWithinMs,
  });
}

async function openWorkflows({ temporal }: Scene): Promise<number> {
  return (await temporal.workflow.count(`ExecutionStatus = 'Running'`)).count;
}

describe.concurrent('an endpoint that is down', { timeout: 300_000 }, () => {
  it('leaves one open workflow, is hardly asked, and gets all once when it is back', async (context) => {
    const events = 5_000;
    const scene = await openScene(context);
    const outage = outageAt(scene.receiver);
    const client = await scene.client(await start(scene));
    await client.createEndpoint(scene.receiver.url, { retrySchedule });
    await sendToOneThatIsDown(scene, client, { events });
    await eventually(async () => expect(await openWorkflows(scene)).toBe(1), { withinMs: 60_000 });
    // Some probes later it is as it was.
    const probed = await countOf(scene, 'attempts');
    await eventually(async () => expect(await countOf(scene, 'attempts')).toBeGreaterThan(probed), {
      withinMs: 20_000,
    });
    expect(await openWorkflows(scene)).toBe(1);
    const { rows } = await scene.pool.query<{ probes: number }>(
      'SELECT failed_probes AS probes FROM endpoints',
    );
    const probes = rows[0]?.probes ?? 0;
    expect(scene.receiver.requests.length).toBeLessThanOrEqual(
      failuresToOpen + maxFirstAttemptsPerEndpoint + attemptSlots + probes + 1,
    );

    outage.end();
    await untilCount(scene, `deliveries WHERE state = 'delivered'`, events);
    expect(outage.taken).toHaveLength(events);
    expect(new Set(outage.taken.map(idOf)).size).toBe(events);
    await eventually(async () => expect(await openWorkflows(scene)).toBe(0), { withinMs: 20_000 });
  });

  it('gets again only what was in flight when the process was killed during the drain', async (context) => {
    const events = 1_500;
    const scene = await openScene(context);
    const outage = outageAt(scene.receiver);
    const first = await start(scene);
    const client = await scene.client(first);
    await client.createEndpoint(scene.receiver.url, { retrySchedule, timeoutMs: 1_000 });
    await sendToOneThatIsDown(scene, client, { events });
    outage.end();
    await untilTaken(outage.taken, 300);
    await first.end('SIGKILL');
    expect(await countOf(scene, `deliveries WHERE state = 'queued'`)).toBeGreaterThan(0);

    await start(scene);
    await untilCount(scene, `deliveries WHERE state = 'delivered'`, events);
    expect(new Set(outage.taken.map(idOf)).size).toBe(events);
    expect(outage.taken.length - events).toBeLessThanOrEqual(defaultMaxInFlight);
  });

  it('keeps the order of its keys over two kills during the drain', async (context) => {
    const [events, keys] = [1_500, 6];
    const scene = await openScene(context);
    const outage = outageAt(scene.receiver);
    let process = await start(scene);
    const client = await scene.client(process);
    await client.createEndpoint(scene.receiver.url, {
      ...{ ordered: true, retrySchedule: longRetrySchedule, timeoutMs: 1_000 },
    });
    const givenTo = (n: number) => ({ orderingKey: `key-${n % keys}` });
    await sendToOneThatIsDown(scene, client, { events, givenTo });
    outage.end();
    for (const atLeast of [200, 700]) {
      await untilTaken(outage.taken, atLeast);
      await process.end('SIGKILL');
      expect(await countOf(scene, `deliveries WHERE state = 'queued'`)).toBeGreaterThan(0);
      process = await start(scene);
    }
    await untilCount(scene, `deliveries WHERE state = 'delivered'`, events);
    const numbers = outage.taken.map(
      ({ body }) => (JSON.parse(body.toString()) as { data: { n: number } }).data.n,
    );
    for (let key = 0; key < keys; key += 1) {
      const ofKey = numbers.filter((n) => n % keys === key);
      // After a crash one comes again, but before the next.
      expect(ofKey.filter((n, place) => n !== ofKey[place - 1])).toEqual(
        Array.from({ length: events / keys }, (_, place) => key + place * keys),
      );
    }
  });
});
