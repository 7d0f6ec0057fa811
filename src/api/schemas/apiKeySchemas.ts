import { z } from 'zod';
import { showId } from '../../domain/ids.js';
import { scopeDescriptions, scopes } from '../../domain/scopes.js';
import { environments } from '../../domain/words.js';
import type { ApiKeyRecord } from '../../store/apiKeys.js';
import { moment } from './moment.js';
import { shownId, tenantId } from './params.js';
import { plainText } from './plainText.js';

const scopeList = scopes.map((scope) => `\`${scope}\`: ${scopeDescriptions[scope]}`).join('; ');

export const newApiKey = z
  .strictObject({
    name: plainText(1, 200),
    tenant: tenantId.optional().describe('Limits the key to this tenant'),
    scopes: z
      .array(z.enum(scopes))
      .min(1)
      .max(scopes.length)
      .optional()
      .describe(`${scopeList}. Absent: those of the key that makes it`),
    expiresAt: z.iso.datetime({ offset: true }).optional().describe('Absent: as the maker does'),
  })
  .meta({ id: 'NewApiKey' });

export const apiKeyShown = z
  .object({
    id: shownId('apiKey'),
    environment: z.enum(environments),
    tenant: tenantId.nullable().describe('Null: all tenants of the environment'),
    name: z.string(),
    scopes: z.array(z.enum(scopes)),
    displayPrefix: z.string().describe('How the key begins'),
    createdAt: moment,
    expiresAt: moment.nullable(),
    lastUsedAt: moment.nullable().describe('To the minute'),
  })
  .meta({ id: 'ApiKey' });

export const apiKeyCreated = apiKeyShown
  .extend({
    key: z.string().optional().describe('Shown this once; not given again for an idempotency key'),
  })
  .meta({ id: 'ApiKeyCreated' });

export function showApiKey(record: ApiKeyRecord): z.output<typeof apiKeyShown> {
  return {
    id: showId('apiKey', record.id),
    environment: record.environment,
    tenant: record.tenant,
    name: record.name,
    scopes: record.scopes,
    displayPrefix: record.displayPrefix,
    createdAt: record.createdAt.toISOString(),
    expiresAt: record.expiresAt?.toISOString() ?? null,
    lastUsedAt: record.lastUsedAt?.toISOString() ?? null,
  };
}
