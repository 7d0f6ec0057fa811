import { z } from 'zod';
import type { TenantRecord } from '../../store/tenants.js';
import { metadata } from './metadata.js';
import { moment } from './moment.js';
import { tenantId } from './params.js';
import { plainText } from './plainText.js';

export const tenantInput = z
  .strictObject({ name: plainText(1, 200).nullish(), metadata: metadata.optional() })
  .meta({ id: 'TenantDefinition' });

export const tenantShown = z
  .object({
    id: tenantId,
    name: z.string().nullable(),
    metadata: z.record(z.string(), z.string()),
    createdAt: moment,
    updatedAt: moment,
  })
  .meta({ id: 'Tenant' });

export function showTenant(record: TenantRecord): z.output<typeof tenantShown> {
  return {
    id: record.id,
    name: record.name,
    metadata: record.metadata,
    createdAt: record.createdAt.toISOString(),
    updatedAt: record.updatedAt.toISOString(),
  };
}
