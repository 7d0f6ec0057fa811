import { z } from 'zod';
import { actorKinds, auditActions } from '../../domain/audit.js';
import { showId, uuidTimeMs } from '../../domain/ids.js';
import type { AuditEntry } from '../../store/auditEntries.js';
import { moment } from './moment.js';
import { shownId, tenantId } from './params.js';

const actorShown = z.object({
  kind: z
    .enum(actorKinds)
    .describe('`key`: an API key; `system`: the service itself, or its operator'),
  keyId: shownId('apiKey').nullable().describe('Null: no key'),
  name: z.string().describe('Of the key at that moment; of `system`, where it comes from'),
});

const changeShown = z.object({ from: z.unknown(), to: z.unknown() });

export const auditEntryShown = z
  .object({
    id: shownId('auditEntry'),
    at: moment,
    tenant: tenantId.nullable().describe('Null: it is about no tenant'),
    action: z.enum(auditActions),
    subject: z.string().describe('What it was done to: an id or a name, as the API shows it'),
    actor: actorShown,
    changes: z
      .record(z.string(), changeShown)
      .describe(
        'By field; null: it was not there, or is not any more. `…` stands for what is secret, and ends what is long',
      ),
    requestId: z.string().nullable().describe('Null: it came by no request'),
  })
  .meta({ id: 'AuditEntry' });

export function showAuditEntry(entry: AuditEntry): z.output<typeof auditEntryShown> {
  const { id, tenant, action, subject, changes, actorKind, keyId, actorName, requestId } = entry;
  return {
    id: showId('auditEntry', id),
    at: new Date(uuidTimeMs(id)).toISOString(),
    ...{ tenant, action, subject, changes, requestId },
    actor: {
      kind: actorKind,
      keyId: keyId === null ? null : showId('apiKey', keyId),
      name: actorName,
    },
  };
}
