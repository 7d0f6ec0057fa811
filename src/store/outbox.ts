import type { WorkflowType } from '../contract/temporal.js';
import type { Queryable } from './pool.js';
import { unhurriedCommit } from './unhurriedCommit.js';

/** A workflow to be started, or woken. Ids are bare UUIDs. */
export interface OutboxEntry {
  /** Of the row. */
  id: string;
  kind: WorkflowType;
  /** What the workflow works on: the event, the delivery, the endpoint, the recovery. */
  subjectId: string;
  /** Null where it is about no single event, of `drainEndpoint` and `recover`. */
  event: { id: string; type: string } | null;
  environment: string;
  tenant: string;
  endpointIds: string[];
  /** Of `deliverBatches` alone: what its import is called. */
  importName: string | null;
  /** Of `deliverEvent` alone: the `traceparent` of what submitted its event; null: it is in no trace. */
  traceParent: string | null;
}

/** Where the last claim ended, so that the next begins with the tenant after it. */
export interface ClaimCursor {
  environment: string;
  tenant: string;
}

export const firstTenant: ClaimCursor = { environment: '', tenant: '' };

/** Tenants in one claim, besides those passed over, and rows of each. */
const maxTenantsPerClaim = 16;
const maxRowsPerTenant = 16;

const claimStatement = `
WITH RECURSIVE ${unhurriedCommit},
turns AS (
  (SELECT environment, tenant, 1 AS turn FROM outbox
    WHERE (environment, tenant) > ($1, $2) AND available_at <= now() ORDER BY environment, tenant LIMIT 1)
  UNION ALL
  SELECT next.environment, next.tenant, turns.turn + 1 FROM turns, LATERAL (
    SELECT environment, tenant FROM outbox
    WHERE (environment, tenant) > (turns.environment, turns.tenant) AND available_at <= now()
    ORDER BY environment, tenant LIMIT 1) next
  WHERE turns.turn < ${maxTenantsPerClaim} + cardinality($5::text[])
),
chosen AS MATERIALIZED (
  SELECT due.id FROM turns, LATERAL (
    SELECT o.id FROM outbox o
    WHERE o.environment = turns.environment AND o.tenant = turns.tenant AND o.available_at <= now()
      AND turns.environment || '/' || turns.tenant <> ALL ($5::text[])
    ORDER BY o.available_at LIMIT ${maxRowsPerTenant} FOR UPDATE SKIP LOCKED) due
  LIMIT $3
)
UPDATE outbox o SET available_at = now() + make_interval(secs => $4::double precision / 1000)
FROM chosen, unhurried WHERE o.id = chosen.id
RETURNING o.id, o.kind, o.subject_id AS "subjectId", o.environment, o.tenant,
  CASE WHEN o.event_id IS NOT NULL THEN json_build_object('id', o.event_id, 'type', o.event_type) END AS event,
  o.endpoint_ids AS "endpointIds", o.import_name AS "importName", o.trace_parent AS "traceParent"`;

/**
 * Leases rows that are due: some of each tenant, tenant after tenant from the cursor on, so that a burst of one holds
 * up no other. Two dispatchers never get the same row before its lease ends. Goes from tenant to tenant through the
 * index, so it costs by what it takes, not by what waits.
 */
export async function claimOutbox(
  db: Queryable,
  {
    after,
    limit,
    leaseMs,
    except = [],
  }: {
    after: ClaimCursor;
    limit: number;
    leaseMs: number;
    /** Tenants to be passed over, as `environment/tenant`; each costs a look at the index. */
    except?: readonly string[];
  },
): Promise<OutboxEntry[]> {
  const { rows } = await db.query<OutboxEntry>({
    name: 'claim-outbox',
    text: claimStatement,
    values: [after.environment, after.tenant, limit, leaseMs, except],
  });
  return rows;
}

/** Takes away what has been started; should a row come back, its workflow is found started. */
export async function deleteFromOutbox(db: Queryable, ids: readonly string[]): Promise<void> {
  await db.query({
    name: 'delete-from-outbox',
    text: `WITH ${unhurriedCommit} DELETE FROM outbox USING unhurried WHERE id = ANY ($1::uuid[])`,
    values: [ids],
  });
}
