import { Pool as HttpPool } from 'undici';
import { signatureHeaders } from '../../src/delivery/signing/signatures.js';
import { benchSecret } from '../imports/benchSecret.js';
import type { PlaceInOrder } from '../load/eventLoad.js';
import { monotonicMs } from '../measure/monotonicMs.js';
import { tell } from '../report/tell.js';
import type { OutageStack } from './outageStack.js';
import { untilLogged } from './untilLogged.js';

/** Odd, so that a median is a measured one. */
const rounds = 3;
const floorRequests = 1_000;
const oneKeyEvents = 2_000;
const manyKeys = 100;
const manyKeysEvents = 5_000;
const linesPerRequest = 500;

/** Deliveries per second. */
export interface OrderRound {
  floor: number;
  oneKey: number;
  manyKeys: number;
}

/** Each round: the floor, then an ordered endpoint whose queue has one key, then one that has many. */
export async function measureOrder(stack: OutageStack): Promise<OrderRound[]> {
  await stack.pool.query('CREATE TABLE bench_floor (id text, at timestamptz)');
  const measured: OrderRound[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    tell(`in order, round ${round} of ${rounds}`);
    measured.push({
      floor: await measureFloor(stack),
      oneKey: await measureKeys(stack, `one-key-${round}`, { keys: 1, events: oneKeyEvents }),
      manyKeys: await measureKeys(stack, `keys-${round}`, {
        keys: manyKeys,
        events: manyKeysEvents,
      }),
    });
  }
  return measured;
}

/**
 * The least that "acknowledged before the next" costs: signed requests on one connection, each after the answer to the one
 * before was committed to the same Postgres.
 */
async function measureFloor({ pool, failing, failingUrl }: OutageStack): Promise<number> {
  await failing.call('forget');
  const http = new HttpPool(failingUrl, { connections: 1 });
  const body = JSON.stringify({ type: 'bench.event', data: { text: 'x'.repeat(1_000) } });
  try {
    const beganMs = monotonicMs();
    for (let number = 1; number <= floorRequests; number += 1) {
      const id = `floor_${number}`;
      const timestampSeconds = Math.floor(Date.now() / 1_000);
      const headers = {
        'content-type': 'application/json',
        'webhook-id': id,
        'webhook-timestamp': String(timestampSeconds),
        ...signatureHeaders({ id, timestampSeconds, body, secrets: [benchSecret] }, []),
      };
      const answer = await http.request({ path: '/floor', method: 'POST', headers, body });
      await answer.body.text();
      await pool.query('INSERT INTO bench_floor VALUES ($1, now())', [id]);
    }
    return (floorRequests * 1_000) / (monotonicMs() - beganMs);
  } finally {
    await http.close();
  }
}

/**
 * From the first to the last acknowledgement. Its events come in the meantime, in some requests at the beginning: an
 * endpoint that is resumed, or back, would be ramped up.
 */
async function measureKeys(
  stack: OutageStack,
  tenant: string,
  { keys, events }: { keys: number; events: number },
): Promise<number> {
  const { load, failing, failingUrl } = stack;
  await failing.call('forget');
  await load.makeEndpoint(tenant, `${failingUrl}/ordered`, { ordered: true });
  const places = Array.from({ length: events }, (_, index): PlaceInOrder => ({
    key: `key-${index % keys}`,
    number: Math.floor(index / keys) + 1,
  }));
  for (let first = 0; first < events; first += linesPerRequest) {
    await load.sendInOrder(tenant, places.slice(first, first + linesPerRequest));
  }
  const { firstAtMs, lastAtMs } = await untilLogged(stack, events);
  return ((events - 1) * 1_000) / (lastAtMs - firstAtMs);
}
