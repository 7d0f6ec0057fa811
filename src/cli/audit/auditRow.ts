import type { components } from '../../client/index.js';
import { safeText } from '../safeText.js';

export type AuditEntry = components['schemas']['AuditEntry'];

export const auditTitles = ['AT', 'ACTION', 'SUBJECT', 'TENANT', 'WHO', 'CHANGES'];

const maxChangesShown = 120;

/** A line of the audit log. */
export function auditRow({ at, action, subject, tenant, actor, changes }: AuditEntry): string[] {
  const who = actor.kind === 'key' ? `key ${actor.name}` : actor.name;
  const all = Object.entries(changes)
    .map(([field, { from, to }]) => `${field}: ${valueText(from)} → ${valueText(to)}`)
    .join('; ');
  const shown = all.length > maxChangesShown ? `${all.slice(0, maxChangesShown)} …` : all;
  return [at, action, subject, tenant ?? '', who, shown].map((text) => safeText(text));
}

function valueText(value: unknown): string {
  return value === null || value === undefined ? '–' : JSON.stringify(value);
}
