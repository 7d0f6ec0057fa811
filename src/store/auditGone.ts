import { systemActors, type AuditAction } from '../domain/audit.js';
import { changesBetween, type Changes } from '../domain/changesBetween.js';
import { idPrefixes } from '../domain/ids.js';

const action: AuditAction = 'endpoint.disabled';

/** What the audit log says of an endpoint that was disabled since it answers 410 or has failed for too long. */
export function changesOfDisabled(disabledReason: 'gone' | 'failing'): Changes {
  return changesBetween(
    { enabled: true, disabledReason: null },
    { enabled: false, disabledReason },
  );
}

/**
 * A statement, for a CTE, that audits endpoints that were disabled since they answered 410: `rows` is a relation with
 * their columns. It is part of the statement that records answers, which has no transaction for a second one.
 */
export function auditGone(rows: string): string {
  const { kind, name } = systemActors.service;
  return `INSERT INTO audit_entries (environment, tenant, action, subject, changes, actor_kind, actor_name)
    SELECT e.environment, e.tenant, '${action}', '${idPrefixes.endpoint}_' || e.id,
      '${JSON.stringify(changesOfDisabled('gone'))}'::json, '${kind}', '${name}' FROM ${rows} e`;
}
