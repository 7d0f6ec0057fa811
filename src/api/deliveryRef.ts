import type { DeliveryRef } from '../domain/refs.js';
import { bareId } from './bareId.js';
import type { Principal } from './principal.js';

/** The delivery that a request is about. */
export function deliveryRef(request: {
  principal: Principal;
  params: { tenant: string; deliveryId: string };
}): DeliveryRef {
  const { principal, params } = request;
  return {
    environment: principal.environment,
    tenant: params.tenant,
    deliveryId: bareId('delivery', params.deliveryId),
  };
}
