import type { RecoveryRef } from '../store/recoveries.js';
import { bareId } from './bareId.js';
import type { Principal } from './principal.js';

/** The recovery that a request is about. */
export function recoveryRef(request: {
  principal: Principal;
  params: { tenant: string; recoveryId: string };
}): RecoveryRef {
  const { principal, params } = request;
  return {
    environment: principal.environment,
    tenant: params.tenant,
    recoveryId: bareId('recovery', params.recoveryId),
  };
}
