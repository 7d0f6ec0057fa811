import { lowestUuidAt, uuidTimeMs } from '../domain/ids.js';
import { isFinal, type DeliveryState, type Environment } from '../domain/words.js';
import type { Page } from './page.js';
import type { Queryable } from './pool.js';
import { type DeliveryRecord, listedColumns } from './readDeliveries.js';

/** Null: any. */
export interface DeliveryFilter {
  environment: Environment;
  tenant: string | null;
  /** Bare UUIDs. */
  endpointId: string | null;
  eventId: string | null;
  eventType: string | null;
  state: DeliveryState | null;
  /** Milliseconds since 1970: accepted at this moment or later. */
  fromMs: number | null;
  /** Milliseconds since 1970: accepted before this moment. */
  untilMs: number | null;
}

/**
 * Rows looked at for one page. Not every filter has an index, for each would be paid for when an event is accepted: what is
 * rare is looked for among what is there, and were that not bounded, a page could take minutes.
 */
export const maxLookedPerPage = 2_000;

/** Up to `limit + 1` rows, and the last row looked at where there may be more behind it; null: there is none. */
export interface LookedPage {
  rows: DeliveryRecord[];
  lookedUntil: string | null;
}

/**
 * Days looked at first, and then; last all of them. Each day is a partition, of which a statement is planned and begun
 * anew: over 35 days that is two thirds of what a page takes (10 ms), and nearly always the first days fill it.
 */
const firstSpansMs = [1, 10].map((days) => days * 86_400_000);

/** Deliveries that match, newest first. */
export async function listDeliveries(
  db: Queryable,
  filter: DeliveryFilter,
  page: Page<string>,
): Promise<LookedPage> {
  const { lowest, beyond } = idRange(filter);
  const topMs = Math.min(
    ...[page.after, beyond].map((id) => (id === null ? Date.now() : uuidTimeMs(id))),
  );
  for (const spanMs of firstSpansMs) {
    const from = lowestUuidAt(Math.max(0, topMs - spanMs));
    if (lowest !== null && lowest >= from) break;
    const found = await listRange(db, filter, { page, lowest: from, beyond });
    if (found.rows.length > page.limit || found.lookedUntil !== null) return found;
  }
  return await listRange(db, filter, { page, lowest, beyond });
}

interface Range {
  page: Page<string>;
  lowest: string | null;
  beyond: string | null;
}

async function listRange(db: Queryable, filter: DeliveryFilter, range: Range): Promise<LookedPage> {
  const { page } = range;
  const { looked, wanted, values } = conditionsOf(filter, range);
  const limit = `$${values.push(page.limit + 1)}`;
  const source = `FROM deliveries d WHERE ${looked} ORDER BY id DESC`;
  if (wanted === null) {
    const { rows } = await db.query<DeliveryRecord>(
      `SELECT ${listedColumns} ${source} LIMIT ${limit}`,
      values,
    );
    return { rows, lookedUntil: null };
  }
  // One statement, and so one view of the table: what leaves its state between two would be in neither.
  const { rows } = await db.query<DeliveryRecord & { lookedUntil: string | null }>(
    `WITH looked AS (SELECT * ${source} LIMIT ${maxLookedPerPage}),
     found AS MATERIALIZED (SELECT * FROM looked WHERE ${wanted} ORDER BY id DESC LIMIT ${limit}),
     last AS (SELECT CASE WHEN (SELECT count(*) FROM found) < ${limit} THEN
       (SELECT id ${source} OFFSET ${maxLookedPerPage - 1} LIMIT 1) END AS "lookedUntil")
     SELECT d.*, last."lookedUntil" FROM last LEFT JOIN (SELECT ${listedColumns} FROM found d) d ON true ORDER BY id DESC`,
    values,
  );
  return {
    rows: rows.filter(({ id }) => (id as string | null) !== null),
    lookedUntil: rows[0]?.lookedUntil ?? null,
  };
}

/**
 * What to look at: a range that an index has in its order; and which of that is wanted, null where all of it is. Of an
 * endpoint what is open has an index by state, and of a tenant or an environment what failed.
 */
function conditionsOf(
  filter: DeliveryFilter,
  { page: { after }, lowest, beyond }: Range,
): { looked: string; wanted: string | null; values: unknown[] } {
  const { environment, tenant, endpointId, eventId, eventType, state } = filter;
  const values: unknown[] = [];
  const parameter = (value: unknown): string => `$${values.push(value)}`;
  const looked = [`environment = ${parameter(environment)}`];
  if (tenant !== null) looked.push(`tenant = ${parameter(tenant)}`);
  if (endpointId !== null) looked.push(`endpoint_id = ${parameter(endpointId)}`);
  if (lowest !== null) looked.push(`id >= ${parameter(lowest)}`);
  if (beyond !== null) looked.push(`id < ${parameter(beyond)}`);
  if (after !== null) looked.push(`id < ${parameter(after)}`);
  const wanted: string[] = [];
  if (eventId !== null) wanted.push(`event_id = ${parameter(eventId)}`);
  if (eventType !== null) wanted.push(`event_type = ${parameter(eventType)}`);
  if (state !== null) {
    const isIndexed = endpointId === null ? state === 'failed' : !isFinal(state);
    // As the partial indexes say it: one of the states that is a word of ours.
    (isIndexed ? looked : wanted).push(`state = '${state}'`);
  }
  const all = (conditions: string[]): string => conditions.join(' AND ');
  return { looked: all(looked), wanted: wanted.length === 0 ? null : all(wanted), values };
}

/** Deliveries carry their event's millisecond in their ids, so times and the event bound the partitions to read. */
function idRange({ eventId, fromMs, untilMs }: DeliveryFilter): {
  lowest: string | null;
  beyond: string | null;
} {
  const eventMs = eventId === null ? null : uuidTimeMs(eventId);
  const fromMoments = [eventMs, fromMs].filter((moment) => moment !== null);
  const untilMoments = [eventMs === null ? null : eventMs + 1, untilMs].filter(
    (moment) => moment !== null,
  );
  return {
    lowest: fromMoments.length === 0 ? null : lowestUuidAt(Math.max(...fromMoments)),
    beyond: untilMoments.length === 0 ? null : lowestUuidAt(Math.min(...untilMoments)),
  };
}
