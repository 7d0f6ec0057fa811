import type { PoolClient } from 'pg';
import type { Actor, AuditAction } from '../domain/audit.js';
import { changesBetween } from '../domain/changesBetween.js';
import { showId } from '../domain/ids.js';
import { insertAuditEntries } from './auditEntries.js';
import { isOpenSql } from './deliveryConditions.js';
import type { ImportRecord } from './imports.js';
import { wakeWorkflow } from './wakes.js';

/**
 * Changes each of an import's open deliveries and has its workflow look. All in the transaction that holds the import, so
 * that the audit log has one entry of it: they are few, one for each endpoint and event.
 */
export async function changeOpenBatched(
  client: PoolClient,
  { action, before, after }: { action: AuditAction; before: ImportRecord; after: ImportRecord },
  by: Actor,
  change: (deliveryId: string) => Promise<unknown>,
): Promise<void> {
  await client.query(
    `SELECT FROM deliveries WHERE id IN (SELECT delivery_id FROM batch_runs WHERE import_id = $1)
     ORDER BY id FOR UPDATE`,
    [before.id],
  );
  // In a statement of its own: the runs show what whoever held the locks before has committed.
  const openBefore = await readOpenBatched(client, before.id);
  for (const { id } of openBefore) {
    await change(id);
    await wakeWorkflow(client, id);
  }
  const changes = changesBetween(
    steeredOf(before, openBefore),
    steeredOf(after, await readOpenBatched(client, before.id)),
  );
  const { environment, tenant, name: subject } = before;
  await insertAuditEntries(client, [{ environment, tenant, action, subject, changes }], by);
}

/** What is changed of an import, as the audit log tells it. */
function steeredOf({ state }: ImportRecord, open: readonly OpenBatched[]): object {
  const shown = (some: readonly OpenBatched[]): string[] =>
    some.map(({ id }) => showId('delivery', id));
  return {
    state,
    openDeliveries: shown(open),
    pausedDeliveries: shown(open.filter(({ paused }) => paused)),
  };
}

/** A delivery of an import that is sent in batches. */
interface OpenBatched {
  /** The bare UUID. */
  id: string;
  paused: boolean;
}

/** The open deliveries of an import that are sent in batches, oldest first. */
async function readOpenBatched(client: PoolClient, importId: string): Promise<OpenBatched[]> {
  const { rows } = await client.query<OpenBatched>(
    `SELECT d.id, r.paused_at IS NOT NULL AS paused FROM batch_runs r JOIN deliveries d ON d.id = r.delivery_id
     WHERE r.import_id = $1 AND ${isOpenSql('d')} ORDER BY d.id`,
    [importId],
  );
  return rows;
}
