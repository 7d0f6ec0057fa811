import { isReserved, reservedTypeStart } from '../domain/eventTypeName.js';
import { operationalTenant } from '../domain/operational.js';
import { Problem } from '../domain/problem.js';
import type { TenantRef } from '../domain/refs.js';

/** Throws where a tenant is the service's own, of which a product has the endpoints and what is sent to them alone. */
export function refuseReservedTenant(tenant: string): void {
  if (tenant !== operationalTenant) return;
  throw reserved('#path/tenant', `The tenant ${operationalTenant} is the service's own`);
}

/** Throws where a product submits events of a type that the service alone makes. */
export function refuseReservedType(type: string, pointer: string): void {
  if (!isReserved(type)) return;
  throw reserved(
    pointer,
    `Events of types that begin with "${reservedTypeStart}" are the service's own`,
  );
}

/** Throws where a product submits an event that is the service's to make. */
export function refuseReservedEvent({ tenant }: TenantRef, type: string): void {
  refuseReservedTenant(tenant);
  refuseReservedType(type, '/type');
}

function reserved(pointer: string, detail: string): Problem {
  return new Problem('reserved_for_service', `${detail}.`, [{ pointer, detail }]);
}
