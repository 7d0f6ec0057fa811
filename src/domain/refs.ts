import type { Environment } from './words.js';

/** What names a tenant, and a thing of a tenant's; ids are bare UUIDs. */
export interface TenantRef {
  environment: Environment;
  tenant: string;
}

/** One text for a tenant, to find it by; the claim of the outbox makes the same of its rows. */
export function tenantKey({
  environment,
  tenant,
}: {
  environment: string;
  tenant: string;
}): string {
  return `${environment}/${tenant}`;
}

export interface EventRef extends TenantRef {
  eventId: string;
}

export interface EndpointRef extends TenantRef {
  endpointId: string;
}

export interface DeliveryRef extends TenantRef {
  deliveryId: string;
}
