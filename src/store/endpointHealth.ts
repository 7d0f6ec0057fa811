import {
  changeHealth,
  type CircuitBounds,
  type EndpointHealth,
  type HealthChange,
  type Outcomes,
} from '../domain/circuit.js';
import { systemActors } from '../domain/audit.js';
import { showId } from '../domain/ids.js';
import type { TenantRef } from '../domain/refs.js';
import { operationalTypes } from '../domain/operational.js';
import { insertAuditEntries, type NewAuditEntry } from './auditEntries.js';
import { changesOfDisabled } from './auditGone.js';
import { inTransaction, type Pool, type Queryable } from './pool.js';
import { raiseEndpointEvents, type EndpointEvent } from './raiseEvents.js';
import { wakeRunningDrains } from './wakes.js';

interface HealthRow extends EndpointHealth, TenantRef {
  id: string;
  failingSince: Date | null;
}

/**
 * Notes what became of attempts, by endpoint, in one transaction; the endpoints are locked in one order everywhere.
 * One-off and deleted ones have no health. Returns what changed.
 */
export async function noteOutcomes(
  pool: Pool,
  outcomes: ReadonlyMap<string, Outcomes>,
  bounds: CircuitBounds,
): Promise<Map<string, HealthChange>> {
  return await inTransaction(pool, async (db) => {
    const changes = new Map<string, HealthChange>();
    const told: EndpointEvent[] = [];
    const audited: NewAuditEntry[] = [];
    for (const row of await lockHealth(db, [...outcomes.keys()])) {
      const seen = outcomes.get(row.id);
      if (seen === undefined) continue;
      const change = changeHealth(row, seen, bounds, Math.random());
      changes.set(row.id, change);
      told.push(...eventsOf(row, change, { lastAnswer: seen.lastAnswer, bounds }));
      if (change.disables) audited.push(entryOfDisabled(row));
    }
    await writeChanges(db, changes);
    await raiseEndpointEvents(db, told);
    await insertAuditEntries(db, audited, systemActors.service);
    const reopened = [...changes].filter(([, { circuit }]) => circuit === 'closes');
    await wakeRunningDrains(
      db,
      reopened.map(([id]) => id),
    );
    return changes;
  });
}

function eventsOf(
  { id: endpointId, warnedForMs, failingSince }: HealthRow,
  { warns, disables, circuit }: HealthChange,
  { lastAnswer, bounds }: { lastAnswer: string | null; bounds: CircuitBounds },
): EndpointEvent[] {
  const { disableAfterMs: disabledAfterMs } = bounds;
  if (disables) return [{ type: operationalTypes.endpointDisabled, endpointId, lastAnswer }];
  if (warns) {
    return [{ type: operationalTypes.endpointFailing, endpointId, lastAnswer, disabledAfterMs }];
  }
  if (circuit !== 'closes' || warnedForMs === null || failingSince === null) return [];
  return [{ type: operationalTypes.endpointRecovered, endpointId, since: failingSince }];
}

function entryOfDisabled({ id, environment, tenant }: HealthRow): NewAuditEntry {
  const changes = changesOfDisabled('failing');
  const subject = showId('endpoint', id);
  return { environment, tenant, action: 'endpoint.disabled', subject, changes };
}

async function lockHealth(db: Queryable, endpointIds: readonly string[]): Promise<HealthRow[]> {
  const { rows } = await db.query<HealthRow>(
    `SELECT id, environment, tenant, consecutive_failures AS "consecutiveFailures", failed_probes AS "failedProbes", enabled,
       failing_since AS "failingSince",
       (extract(epoch FROM now() - warned_at) * 1000)::double precision AS "warnedForMs",
       (extract(epoch FROM now() - circuit_opened_at) * 1000)::double precision AS "openForMs"
     FROM endpoints WHERE id = ANY ($1::uuid[]) AND NOT one_off AND deleted_at IS NULL ORDER BY id FOR UPDATE`,
    [endpointIds],
  );
  return rows;
}

async function writeChanges(
  db: Queryable,
  changes: ReadonlyMap<string, HealthChange>,
): Promise<void> {
  const input = [...changes].map(([endpointId, change]) => ({ endpointId, ...change }));
  await db.query(
    `UPDATE endpoints e SET
       consecutive_failures = i."consecutiveFailures",
       failing_since = CASE WHEN i."consecutiveFailures" > 0 AND e.consecutive_failures > 0
           AND i."consecutiveFailures" > e.consecutive_failures THEN e.failing_since
         WHEN i."consecutiveFailures" > 0 THEN now() END,
       circuit_opened_at = CASE i.circuit WHEN 'opens' THEN now() WHEN 'stays' THEN e.circuit_opened_at END,
       failed_probes = i."failedProbes",
       next_probe_at = CASE WHEN i.circuit = 'closes' THEN NULL
         WHEN i."probeInMs" IS NOT NULL THEN now() + make_interval(secs => i."probeInMs" / 1000)
         ELSE e.next_probe_at END,
       reopened_at = CASE WHEN i.circuit = 'closes' THEN now() ELSE e.reopened_at END,
       warned_at = CASE WHEN i.circuit = 'closes' THEN NULL WHEN i.warns THEN now() ELSE e.warned_at END,
       enabled = e.enabled AND NOT i.disables,
       disabled_reason = CASE WHEN i.disables THEN 'failing' ELSE e.disabled_reason END,
       disabled_at = CASE WHEN i.disables THEN now() ELSE e.disabled_at END,
       updated_at = CASE WHEN i.disables THEN now() ELSE e.updated_at END
     FROM json_to_recordset($1::json) AS i("endpointId" uuid, "consecutiveFailures" integer, circuit text,
       "failedProbes" integer, "probeInMs" double precision, warns boolean, disables boolean)
     WHERE e.id = i."endpointId"`,
    [JSON.stringify(input)],
  );
}
