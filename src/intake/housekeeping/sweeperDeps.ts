import type { Pool } from '../../store/pool.js';
import type { Log } from '../../telemetry/log.js';
import type { Metrics } from '../../telemetry/metrics/createMetrics.js';
import type { WorkflowStarter } from '../dispatch/workflowStarter.js';

export interface SweeperDeps {
  pool: Pool;
  log: Log;
  metrics: Pick<Metrics, 'sweeperFinds'>;
  starter: WorkflowStarter;
  /** How long past its due time a delivery or a recovery is when it is taken. */
  overdueMs: number;
}
