/** The tenant whose endpoints are told what becomes of endpoints and deliveries: the service's own, in each environment. */
export const operationalTenant = 'everhook:operational';

/** The types of what they are told. */
export const operationalTypes = {
  endpointDisabled: 'everhook.endpoint.disabled',
  endpointFailing: 'everhook.endpoint.failing',
  endpointRecovered: 'everhook.endpoint.recovered',
  secretRotated: 'everhook.endpoint.secret_rotated',
  secretRotationDue: 'everhook.endpoint.secret_rotation_due',
  deliveryFailed: 'everhook.delivery.failed',
} as const;

export type OperationalType = (typeof operationalTypes)[keyof typeof operationalTypes];
