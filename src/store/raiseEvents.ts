import { idPrefixes } from '../domain/ids.js';
import { operationalTenant, operationalTypes } from '../domain/operational.js';
import type { Queryable } from './pool.js';
import { shownMoment } from './shownMoment.js';

/** An endpoint `e`, without the query of its URL, which may carry credentials. */
export const shownEndpoint = `json_build_object('id', '${idPrefixes.endpoint}_' || e.id, 'tenant', e.tenant, 'url', e.url,
  'description', e.description, 'metadata', e.metadata)`;

/** Whether there is somebody to tell of an endpoint `e`; what becomes of those who are told, nobody is. */
export const isTold = `e.tenant <> '${operationalTenant}' AND EXISTS (
  SELECT FROM endpoints told WHERE told.environment = e.environment AND told.tenant = '${operationalTenant}'
    AND told.deleted_at IS NULL AND NOT told.one_off)`;

/** What comes after it selects environment, type and data. */
export const insertInto = 'INSERT INTO operational_events (environment, type, data)';

/** What is told of an endpoint `e` that was disabled; the members as SQL. */
function disabledData(has: { reason: string; disabledAt: string; lastAnswer: string }): string {
  return `json_build_object('endpoint', ${shownEndpoint}, 'reason', ${has.reason},
    'disabledAt', ${shownMoment(has.disabledAt)}, 'failingSince', ${shownMoment('e.failing_since')},
    'consecutiveFailures', e.consecutive_failures, 'lastAnswer', ${has.lastAnswer})`;
}

function recoveredData(has: { from: string; reason: string; since: string }): string {
  return `json_build_object('endpoint', ${shownEndpoint}, 'from', ${has.from}, 'reason', ${has.reason},
    'since', ${shownMoment(has.since)})`;
}

/**
 * A statement, for a CTE, that tells of endpoints that were disabled since they answered 410: `rows` is a relation with
 * their columns as they are now.
 */
export function raiseGone(rows: string): string {
  const has = { reason: 'e.disabled_reason', disabledAt: 'e.disabled_at', lastAnswer: `'410'` };
  return `${insertInto} SELECT e.environment, '${operationalTypes.endpointDisabled}', ${disabledData(has)}
    FROM ${rows} e WHERE ${isTold}`;
}

/**
 * The same of endpoints that their owners enable or disable, as `enabled` (SQL) says: `rows` has their columns as they
 * were. Of one that was so already nothing is told.
 */
export function raiseSwitched(rows: string, enabled: string): string {
  const disabled = disabledData({ reason: `'owner'`, disabledAt: 'now()', lastAnswer: 'NULL' });
  const recovered = recoveredData({
    from: `'disabled'`,
    reason: 'e.disabled_reason',
    since: 'e.disabled_at',
  });
  return `${insertInto} SELECT e.environment,
      CASE WHEN ${enabled} THEN '${operationalTypes.endpointRecovered}' ELSE '${operationalTypes.endpointDisabled}' END,
      CASE WHEN ${enabled} THEN ${recovered} ELSE ${disabled} END
    FROM ${rows} e WHERE e.enabled <> ${enabled} AND ${isTold}`;
}

/**
 * The same of deliveries that failed for good: `rows` has their columns as they are now. `mayBlock`: whether one that is
 * in order holds up what comes after it, where its endpoint wants that.
 */
export function raiseDeliveryFailed(rows: string, { mayBlock }: { mayBlock: boolean }): string {
  const blocks = mayBlock
    ? `d.ordering_number IS NOT NULL AND e.ordered AND e.on_failure = 'block'`
    : 'false';
  return `${insertInto} SELECT d.environment, '${operationalTypes.deliveryFailed}', json_build_object(
      'delivery', json_build_object('id', '${idPrefixes.delivery}_' || d.id, 'eventId', '${idPrefixes.event}_' || d.event_id,
        'eventType', d.event_type, 'tenant', d.tenant, 'endpointId', '${idPrefixes.endpoint}_' || d.endpoint_id,
        'importId', (SELECT i.name FROM imports i WHERE i.id = d.import_id),
        'orderingKey', nullif(d.ordering_key, ''), 'attempts', d.attempt_count, 'lastAnswer', d.last_answer,
        'reason', d.reason, 'acceptedAt', ${shownMoment('d.created_at')}, 'failedAt', ${shownMoment('d.finished_at')}),
      'endpoint', ${shownEndpoint}, 'blocksOrder', ${blocks})
    FROM ${rows} d JOIN endpoints e ON e.id = d.endpoint_id WHERE ${isTold}`;
}

/** What the service itself finds of an endpoint's health, by its bare UUID. */
export type EndpointEvent =
  | {
      type: typeof operationalTypes.endpointFailing;
      endpointId: string;
      lastAnswer: string | null;
      /** How long its circuit may be open until it is disabled. */
      disabledAfterMs: number;
    }
  | {
      type: typeof operationalTypes.endpointDisabled;
      endpointId: string;
      lastAnswer: string | null;
    }
  | {
      type: typeof operationalTypes.endpointRecovered;
      endpointId: string;
      /** Since when it had been failing, which its row doesn't say any more. */
      since: Date;
    };

const failingData = `json_build_object('endpoint', ${shownEndpoint}, 'failingSince', ${shownMoment('e.failing_since')},
  'consecutiveFailures', e.consecutive_failures, 'lastAnswer', x."lastAnswer",
  'disabledAt', ${shownMoment(`e.circuit_opened_at + make_interval(secs => x."disabledAfterMs" / 1000)`)})`;

/**
 * Tells of endpoints that fail, were disabled since they failed for too long, or answer again; in the transaction of the
 * change, after it, so that their rows say how they are now.
 */
export async function raiseEndpointEvents(
  db: Queryable,
  changes: readonly EndpointEvent[],
): Promise<void> {
  if (changes.length === 0) return;
  const disabled = { reason: 'e.disabled_reason', disabledAt: 'e.disabled_at' };
  await db.query(
    `${insertInto} SELECT e.environment, x.type, CASE x.type
        WHEN '${operationalTypes.endpointFailing}' THEN ${failingData}
        WHEN '${operationalTypes.endpointDisabled}' THEN ${disabledData({ ...disabled, lastAnswer: 'x."lastAnswer"' })}
        WHEN '${operationalTypes.endpointRecovered}'
          THEN ${recoveredData({ from: `'failing'`, reason: 'NULL', since: 'x.since' })} END
      FROM json_to_recordset($1::json) AS x("endpointId" uuid, type text, "lastAnswer" text,
        "disabledAfterMs" double precision, since timestamptz) JOIN endpoints e ON e.id = x."endpointId"
      WHERE ${isTold}`,
    [JSON.stringify(changes)],
  );
}
