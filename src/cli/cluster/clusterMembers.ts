/** A process of the service in the cluster. */
export interface ClusterMember {
  name: string;
  roles: string;
  /** What it adds to the port that the first API prefers; null: any free port, for its health alone. */
  portOffset: number | null;
}

/** A worker is beside a dispatcher, so that workflows start eagerly. */
export const clusterMembers: readonly ClusterMember[] = [
  { name: 'api-1', roles: 'api', portOffset: 0 },
  { name: 'api-2', roles: 'api', portOffset: 1 },
  { name: 'worker-1', roles: 'dispatcher,worker', portOffset: null },
  { name: 'worker-2', roles: 'dispatcher,worker', portOffset: null },
];
