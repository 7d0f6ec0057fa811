import type { PoolClient } from 'pg';
import type { Actor, AuditAction } from '../domain/audit.js';
import { changesBetween } from '../domain/changesBetween.js';
import { showId } from '../domain/ids.js';
import type { DeliveryState, Environment } from '../domain/words.js';
import { insertAuditEntries } from './auditEntries.js';
import { scopeCondition, type DeliveryScopeById } from './lookAtDeliveries.js';

/** What somebody changes of a delivery. */
interface Changed {
  state: DeliveryState;
  round: number;
  nextAttemptAt: Date | null;
  /** Only one in batches can be. */
  paused: boolean;
}

interface ChangedRow extends Changed {
  id: string;
  environment: Environment;
  tenant: string;
}

/**
 * Does what somebody wants with deliveries, and writes an entry for each that it changed. They are locked first, in order
 * of their ids, as by everybody who locks several.
 */
export async function auditDeliveries<T>(
  client: PoolClient,
  scope: DeliveryScopeById,
  { action, by }: { action: AuditAction; by: Actor },
  work: () => Promise<T>,
): Promise<T> {
  const { sql, values } = scopeCondition(scope, 1);
  await client.query(`SELECT FROM deliveries d WHERE ${sql} ORDER BY d.id FOR UPDATE`, values);
  // In a statement of its own: what is joined shows what whoever held the locks before has committed.
  const before = new Map((await readChanged(client, scope)).map((row) => [row.id, row]));
  const result = await work();
  const entries = (await readChanged(client, scope)).map((row) => {
    const { id, environment, tenant } = row;
    const changes = changesBetween(changedOf(before.get(id) ?? row), changedOf(row));
    return { environment, tenant, action, subject: showId('delivery', id), changes };
  });
  await insertAuditEntries(client, entries, by);
  return result;
}

async function readChanged(client: PoolClient, scope: DeliveryScopeById): Promise<ChangedRow[]> {
  const { sql, values } = scopeCondition(scope, 1);
  const { rows } = await client.query<ChangedRow>(
    `SELECT d.id, d.environment, d.tenant, d.state, d.round, d.due_at AS "nextAttemptAt",
       r.paused_at IS NOT NULL AS paused
     FROM deliveries d LEFT JOIN batch_runs r ON r.delivery_id = d.id WHERE ${sql} ORDER BY d.id`,
    values,
  );
  return rows;
}

function changedOf({ state, round, nextAttemptAt, paused }: ChangedRow): Changed {
  return { state, round, nextAttemptAt, paused };
}
