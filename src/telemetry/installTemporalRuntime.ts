import {
  makeTelemetryFilterString,
  Runtime,
  type PrometheusMetricsExporter,
} from '@temporalio/worker';
import type { Log } from './log.js';
import { temporalLogger } from './temporalLogger.js';

/**
 * Puts Temporal's log lines among ours. To be called once, before anything else of Temporal's; it also leaves signals to
 * their one owner. Its metrics are kept where there is an exporter for them.
 */
export function installTemporalRuntime(log: Log, metrics?: PrometheusMetricsExporter): void {
  Runtime.install({
    logger: temporalLogger(log),
    shutdownSignals: [],
    telemetryOptions: {
      logging: { forward: {}, filter: makeTelemetryFilterString({ core: 'WARN', other: 'ERROR' }) },
      // The name would be the same on every series.
      ...(metrics && { metrics: { ...metrics, attachServiceName: false } }),
    },
  });
}
