import { request } from 'undici';
import type { Pool } from '../../src/store/pool.js';
import { showId } from '../../src/domain/ids.js';
import { monotonicMs } from '../measure/monotonicMs.js';
import { percentile } from '../measure/percentile.js';
import { daysFilled, endpointIdSql, pausedEndpoint, rareType, smallTenants } from './fillDays.js';

/** Requests for each list, one after the other: half for first pages, half for pages at any depth. */
const requests = 1_000;
/** Before them, so that what is measured is a service that runs. */
const warmUp = 10;
const dayMs = 86_400_000;

export interface ListFigures {
  name: string;
  first: { p50: number; p99: number };
  deep: { p50: number; p99: number };
}

interface List {
  name: string;
  path: (n: number) => string;
}

/** The lists of events and deliveries, as they may be asked for. */
async function listsOf(pool: Pool): Promise<List[]> {
  const idOf = async (name: string): Promise<string> => {
    const { rows } = await pool.query<{ id: string }>(`SELECT ${endpointIdSql('$1::text')} AS id`, [
      name,
    ]);
    return showId('endpoint', rows[0]?.id ?? '');
  };
  const [busy, paused] = [await idOf('giant/0'), await idOf(pausedEndpoint)];
  const after = new Date(Date.now() - 5 * dayMs).toISOString();
  const before = new Date(Date.now() - 4 * dayMs).toISOString();
  const deliveries = (tenant: string, query = ''): List => ({
    name: `deliveries of ${tenant}${query === '' ? '' : `, ${query.replaceAll(/T[^&]*/g, '')}`}`,
    path: () => `/v1/tenants/${tenant}/deliveries?${query}`,
  });
  const all = (query: string, name = query): List => ({
    name: `deliveries of all tenants${name === '' ? '' : `, ${name}`}`,
    path: () => `/v1/deliveries?${query}`,
  });
  return [
    { name: 'events of giant', path: () => '/v1/tenants/giant/events?' },
    {
      name: 'events of a small tenant',
      path: (n) => `/v1/tenants/small-${n % smallTenants}/events?`,
    },
    { name: 'events of all tenants', path: () => '/v1/events?' },
    deliveries('giant'),
    {
      name: 'deliveries of a small tenant',
      path: (n) => `/v1/tenants/small-${n % smallTenants}/deliveries?`,
    },
    deliveries('giant', 'state=failed'),
    deliveries('giant', 'state=retrying'),
    deliveries('medium', 'state=queued'),
    deliveries('giant', 'type=bench.t3'),
    deliveries('giant', `type=${rareType}`),
    deliveries('giant', `after=${after}&before=${before}`),
    { ...deliveries('giant', `endpointId=${busy}`), name: 'deliveries of an endpoint' },
    {
      ...deliveries('giant', `endpointId=${busy}&state=failed`),
      name: 'deliveries of an endpoint, state=failed',
    },
    { ...deliveries('large', `endpointId=${paused}&state=queued`), name: 'queue of an endpoint' },
    all(''),
    all('state=failed'),
    all('state=queued'),
    all(`type=${rareType}`),
    all(`state=failed&type=${rareType}`),
  ];
}

/** How long the lists take through the API, from the request to the end of the answer. */
export async function askLists(pool: Pool, url: string, key: string): Promise<ListFigures[]> {
  const figures: ListFigures[] = [];
  for (const { name, path } of await listsOf(pool)) {
    const durations = { first: [] as number[], deep: [] as number[] };
    for (let n = -warmUp; n < requests; n += 1) {
      const isDeep = n % 2 === 0;
      const cursor = isDeep ? `&cursor=${cursorAt((Math.abs(n) + 1) / (requests + warmUp))}` : '';
      const durationMs = await ask(`${url}${path(n + warmUp)}${cursor}`, key);
      if (n >= 0) durations[isDeep ? 'deep' : 'first'].push(durationMs);
    }
    const of = (values: number[]): ListFigures['first'] => ({
      p50: percentile(values, 0.5),
      p99: percentile(values, 0.99),
    });
    figures.push({ name, first: of(durations.first), deep: of(durations.deep) });
  }
  return figures;
}

async function ask(url: string, key: string): Promise<number> {
  const startedAtMs = monotonicMs();
  const { statusCode, body } = await request(url, { headers: { authorization: `Bearer ${key}` } });
  const text = await body.text();
  if (statusCode !== 200) throw new Error(`GET ${url}: ${statusCode} ${text}`);
  return monotonicMs() - startedAtMs;
}

/** A cursor somewhere in the days filled: 0 is now, 1 the oldest. */
function cursorAt(depth: number): string {
  const ms = Math.round(Date.now() - depth * daysFilled * dayMs);
  const hex = ms.toString(16).padStart(12, '0');
  const id = `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`;
  return Buffer.from(JSON.stringify([id])).toString('base64url');
}
