import { z } from 'zod';
import { auditActions } from '../../../domain/audit.js';
import { listAuditEntries } from '../../../store/auditEntries.js';
import type { Api } from '../../api.js';
import type { ApiDeps } from '../../apiDeps.js';
import { auditEntryShown, showAuditEntry } from '../../schemas/auditSchemas.js';
import { idCursor, idPage, listOf, listQuery, pageOf } from '../../schemas/lists.js';
import { givenMoment } from '../../schemas/moment.js';
import { noParams } from '../../schemas/nothing.js';
import { tenantId } from '../../schemas/params.js';
import { plainText } from '../../schemas/plainText.js';
import { problemResponses } from '../../schemas/problemResponses.js';
import { tenantAsked } from '../../tenantAsked.js';

/** Longer than any id or name. */
const maxSubjectLength = 200;

const auditQuery = z.strictObject({
  ...listQuery,
  tenant: tenantId.optional(),
  subject: plainText(1, maxSubjectLength)
    .optional()
    .describe('What it was done to: an id or a name, as the API shows it'),
  action: z.enum(auditActions).optional(),
  after: givenMoment.optional().describe('At this moment or later'),
  before: givenMoment.optional().describe('Before this moment'),
});

export function listAudit(app: Api, { pool }: ApiDeps): void {
  app.get(
    '/v1/audit',
    {
      config: { scope: 'admin' },
      schema: {
        tags: ['audit'],
        operationId: 'listAudit',
        summary: 'See who changed what, newest first',
        description:
          "Secrets are never among what it shows. A tenant's key sees what was done to its tenant alone.",
        params: noParams,
        querystring: auditQuery,
        response: { 200: listOf(auditEntryShown).describe('A page'), ...problemResponses() },
      },
    },
    async ({ principal, query }) => {
      const { subject = null, action = null, after = null, before = null } = query;
      const tenant = tenantAsked(principal, query.tenant);
      const scope = { environment: principal.environment, tenant };
      const filter = { ...scope, subject, action, fromMs: after, untilMs: before };
      const rows = await listAuditEntries(pool, filter, idPage(query));
      return pageOf(rows, query.limit, idCursor, showAuditEntry);
    },
  );
}
