/** Of its own, so that the floor may use the service's queue and workflow type, and so its starter. */
export const floorNamespace = 'floor';
