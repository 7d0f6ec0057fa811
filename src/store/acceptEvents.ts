import type { TenantRef } from '../domain/refs.js';
import type { DeliveryState, Environment } from '../domain/words.js';
import { sealEventHeaders } from './eventHeaders.js';
import { insertBatchRuns, type RowsBrought } from './insertBatchRuns.js';
import { numberHeads } from './numberHeads.js';
import { takeNumbersSql } from './orderingHeads.js';
import { insertOneOffEndpoints, type OneOffEndpoint } from './oneOffEndpoints.js';
import type { Queryable } from './pool.js';
import type { Sealer } from './sealer.js';

/** All that accepting one event writes. Ids are bare UUIDs; those of the deliveries carry the event's millisecond. */
export interface AcceptedEvent {
  id: string;
  environment: Environment;
  tenant: string;
  type: string;
  occurredAt: string;
  attributes: Record<string, string | string[]>;
  data: string;
  /** Each as it was given; null: it wasn't. */
  orderingKey: string | null;
  deliverAt: string | null;
  expiresAt: string | null;
  acceptedAt: Date;
  bodies: { format: string; body: string; contentType: string; headers: Record<string, string> }[];
  /** Sent with each of its deliveries; stored sealed. */
  headers: Record<string, string>;
  /** The `traceparent` under which its attempts are made; null: it is in no trace. */
  traceParent: string | null;
  /** The endpoint that came with it, among its deliveries too. */
  oneOff: OneOffEndpoint | null;
  deliveries: {
    id: string;
    endpointId: string;
    format: string;
    state: DeliveryState;
    reason: string | null;
    /** Null: it is due now. */
    heldUntil: string | null;
    /** Whether it gets the next number of its order now. */
    isNumbered: boolean;
    scheduleSeconds: readonly number[];
    /** Rows in a batch, where the event brings any. */
    batchSize: number;
  }[];
  /** The import that made it; null: a product submitted it. */
  importId: string | null;
  /** Null: none; its deliveries have bodies. */
  brings: RowsBrought | null;
  /** Null: nothing is to be sent now. */
  outbox: { id: string; availableInMs: number } | null;
  idempotency: IdempotencyRecord | null;
}

export interface IdempotencyRecord {
  route: string;
  key: string;
  fingerprint: Uint8Array;
  status: number;
  response: string;
}

/**
 * The main query is run first, and the rest after it: the drains of what is queued are wanted before a head is locked,
 * as `want_drains` asks. Heads are locked in one order everywhere, to the commit.
 */
const acceptStatement = `
WITH new_tenants AS (
  -- In one order everywhere, or two groups could wait for each other.
  INSERT INTO tenants (environment, id) SELECT * FROM unnest($1::text[], $2::text[]) ORDER BY 1, 2 ON CONFLICT DO NOTHING
),
new_events AS (
  INSERT INTO events (id, environment, tenant, type, occurred_at, attributes, accepted_at, ordering_key, deliver_at,
    expires_at)
  SELECT * FROM unnest($3::uuid[], $4::text[], $5::text[], $6::text[], $7::timestamptz[], $8::jsonb[],
    $10::timestamptz[], $43::text[], $44::timestamptz[], $45::timestamptz[])
),
new_data AS (
  INSERT INTO event_data (event_id, data) SELECT * FROM unnest($3::uuid[], $9::text[])
),
new_bodies AS (
  INSERT INTO bodies (event_id, format, body, content_type, headers, event_headers_sealed, trace_parent)
  SELECT * FROM unnest($11::uuid[], $12::text[], $13::text[], $14::text[], $15::jsonb[], $42::text[], $54::text[])
),
heads AS (
  ${takeNumbersSql('unnest($50::uuid[], $51::text[], $52::bigint[]) AS o(endpoint_id, ordering_key, count)')}
),
new_deliveries AS (
  INSERT INTO deliveries (id, event_id, environment, tenant, endpoint_id, event_type, format, state, reason, schedule,
    due_at, queued_at, created_at, expires_at, ordering_key, ordering_number)
  SELECT id, event_id, environment, tenant, d.endpoint_id, event_type, format, state, reason,
    schedule::double precision[], coalesce(held_until, now()), now(), created_at, expires_at,
    coalesce(d.ordering_key, ''), h.next_number - from_last
  FROM unnest($16::uuid[], $17::uuid[], $18::text[], $19::text[], $20::uuid[], $21::text[], $22::text[], $23::text[],
      $24::text[], $25::text[], $26::timestamptz[], $46::timestamptz[], $47::timestamptz[], $48::text[], $49::integer[])
    AS d(id, event_id, environment, tenant, endpoint_id, event_type, format, state, reason, schedule, created_at,
      held_until, expires_at, ordering_key, from_last)
  LEFT JOIN heads h ON h.endpoint_id = d.endpoint_id AND h.ordering_key = coalesce(d.ordering_key, '')
    AND from_last IS NOT NULL
),
new_outbox AS (
  INSERT INTO outbox (id, kind, subject_id, event_id, environment, tenant, event_type, endpoint_ids, available_at,
    trace_parent)
  SELECT id, 'deliverEvent', event_id, event_id, environment, tenant, event_type, endpoint_ids::uuid[],
    now() + make_interval(secs => available_in_ms / 1000), trace_parent
  FROM unnest($27::uuid[], $28::uuid[], $29::text[], $30::text[], $31::text[], $32::text[], $33::double precision[],
      $55::text[])
    AS o(id, event_id, environment, tenant, event_type, endpoint_ids, available_in_ms, trace_parent)
),
new_keys AS (
  INSERT INTO idempotency_keys (environment, tenant, route, key, fingerprint, status, response, expires_at)
  SELECT environment, tenant, route, key, fingerprint, status, response, now() + make_interval(hours => $34)
  FROM unnest($35::text[], $36::text[], $37::text[], $38::text[], $39::bytea[], $40::smallint[], $41::text[])
    AS i(environment, tenant, route, key, fingerprint, status, response)
  ON CONFLICT (environment, tenant, route, key) DO UPDATE SET fingerprint = excluded.fingerprint,
    status = excluded.status, response = excluded.response, response_sealed = NULL, expires_at = excluded.expires_at
)
SELECT want_drains($53::uuid[]) WHERE cardinality($53::uuid[]) > 0`;

/** Writes a group of events, with all that belongs to them, in the caller's transaction: one statement as a rule. */
export async function insertAcceptedEvents(
  db: Queryable,
  sealer: Sealer,
  events: readonly AcceptedEvent[],
  options: { newTenants: readonly TenantRef[]; idempotencyHours: number },
): Promise<void> {
  const oneOffs = events.map(({ oneOff }) => oneOff).filter((oneOff) => oneOff !== null);
  await insertOneOffEndpoints(db, sealer, oneOffs);
  await db.query({
    name: 'accept-events',
    text: acceptStatement,
    values: [
      ...columns(options.newTenants, (t) => [t.environment, t.tenant], 2),
      ...eventColumns(events),
      ...bodyColumns(events),
      ...deliveryColumns(events),
      ...outboxColumns(events),
      options.idempotencyHours,
      ...keyColumns(events),
      eventHeadersColumn(sealer, events),
      ...timingColumns(events),
      ...placeColumns(events),
      queuedFor(events),
      ...traceColumns(events),
    ],
  });
  await insertBatchRuns(db, events);
}

/** $3 to $10. */
function eventColumns(events: readonly AcceptedEvent[]): unknown[][] {
  const cells = (e: AcceptedEvent): unknown[] => [
    ...[e.id, e.environment, e.tenant, e.type, e.occurredAt],
    ...[JSON.stringify(e.attributes), e.data, e.acceptedAt],
  ];
  return columns(events, cells, 8);
}

/** $11 to $15. */
function bodyColumns(events: readonly AcceptedEvent[]): unknown[][] {
  const bodies = events.flatMap((event) => event.bodies.map((body) => ({ ...body, event })));
  return columns(
    bodies,
    (b) => [b.event.id, b.format, b.body, b.contentType, JSON.stringify(b.headers)],
    5,
  );
}

/** $16 to $26. */
function deliveryColumns(events: readonly AcceptedEvent[]): unknown[][] {
  const deliveries = events.flatMap((event) => event.deliveries.map((one) => ({ ...one, event })));
  return columns(
    deliveries,
    (d) => [
      ...[d.id, d.event.id, d.event.environment, d.event.tenant, d.endpointId, d.event.type],
      ...[d.format, d.state, d.reason, `{${d.scheduleSeconds.join(',')}}`, d.event.acceptedAt],
    ],
    11,
  );
}

/** $43 to $45: an entry per event, as in $3 to $10, of what nearly no event says. */
function timingColumns(events: readonly AcceptedEvent[]): unknown[][] {
  return columns(events, (e) => [e.orderingKey, e.deliverAt, e.expiresAt], 3).map(sparse);
}

/** $46 to $49: an entry per delivery, as in $16 to $26, also of that; then $50 to $52: an entry per head of an order. */
function placeColumns(events: readonly AcceptedEvent[]): unknown[][] {
  const heads = numberHeads(events);
  const deliveries = events.flatMap((event) => event.deliveries.map((one) => ({ ...one, event })));
  const ofDeliveries = columns(
    deliveries,
    ({ id, heldUntil, event }) => [
      ...[heldUntil, event.expiresAt, event.orderingKey, heads.fromLast.get(id) ?? null],
    ],
    4,
  );
  return [
    ...ofDeliveries.map(sparse),
    ...columns(heads.counts, (h) => [h.endpointId, h.orderingKey, h.count], 3),
  ];
}

/** $53. */
function queuedFor(events: readonly AcceptedEvent[]): string[] {
  const queued = events.flatMap(({ deliveries }) =>
    deliveries.filter(({ state }) => state === 'queued'),
  );
  return [...new Set(queued.map(({ endpointId }) => endpointId))];
}

/** $27 to $33. */
function outboxColumns(events: readonly AcceptedEvent[]): unknown[][] {
  const outbox = events.flatMap((event) => (event.outbox ? [{ ...event.outbox, event }] : []));
  const endpointsOf = ({ deliveries }: AcceptedEvent): string =>
    `{${deliveries.map(({ endpointId }) => endpointId).join(',')}}`;
  return columns(
    outbox,
    (o) => [
      ...[o.id, o.event.id, o.event.environment, o.event.tenant, o.event.type],
      ...[endpointsOf(o.event), o.availableInMs],
    ],
    7,
  );
}

/** $35 to $41. */
function keyColumns(events: readonly AcceptedEvent[]): unknown[][] {
  const keys = events.flatMap((event) =>
    event.idempotency ? [{ ...event.idempotency, event }] : [],
  );
  return columns(
    keys,
    (k) => [
      ...[k.event.environment, k.event.tenant, k.route, k.key],
      ...[k.fingerprint, k.status, k.response],
    ],
    7,
  );
}

/** $42: an entry per body, as in $11 to $15; sealed once per event. */
function eventHeadersColumn(sealer: Sealer, events: readonly AcceptedEvent[]): (string | null)[] {
  return events.flatMap((event) => {
    const sealed = sealEventHeaders(sealer, event);
    return event.bodies.map(() => sealed);
  });
}

/** $54: an entry per body, as in $11 to $15; $55: an entry per row of the outbox, as in $27 to $33. */
function traceColumns(events: readonly AcceptedEvent[]): unknown[][] {
  return [
    events.flatMap(({ bodies, traceParent }) => bodies.map(() => traceParent)),
    events.flatMap(({ outbox, traceParent }) => (outbox === null ? [] : [traceParent])),
  ].map(sparse);
}

/** A column without a value is given without entries: `unnest` makes them null. */
function sparse(column: unknown[]): unknown[] {
  return column.every((cell) => cell === null) ? [] : column;
}

/** Rows to arrays, one per column, as `unnest` takes them; `width` columns also where there is no row. */
function columns<T>(rows: readonly T[], cells: (row: T) => unknown[], width: number): unknown[][] {
  const arrays: unknown[][] = Array.from({ length: width }, () => []);
  for (const row of rows) cells(row).forEach((cell, column) => arrays[column]?.push(cell));
  return arrays;
}
