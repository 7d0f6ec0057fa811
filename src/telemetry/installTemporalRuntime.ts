import {
  makeTelemetryFilterString,
  Runtime,
  type Logger,
  type LogMetadata,
  type PrometheusMetricsExporter,
} from '@temporalio/worker';
import type { Log } from './log.js';

const levels = {
  TRACE: 'trace',
  DEBUG: 'debug',
  INFO: 'debug',
  WARN: 'warn',
  ERROR: 'error',
} as const;

/** A full cache of workflows has evicted a run that was sending: a request is sent twice. See `src/config/sizing.ts`. */
const alarming = /untracked local activity/i;

/** An own worker on the `attempts` queue has no workflows, on purpose. */
const expected = /^No (?:workflows|Nexus services) registered/;

/**
 * Puts Temporal's log lines among ours, one form for all. What it says of ordinary starts and stops is for debugging.
 * To be called once, before anything else of Temporal's; it also leaves signals to their one owner. Its metrics are kept
 * where there is an exporter for them.
 */
export function installTemporalRuntime(log: Log, metrics?: PrometheusMetricsExporter): void {
  const logger: Logger = {
    log(level, message, meta) {
      const facts: LogMetadata = meta ?? {};
      const own = expected.test(message) ? 'debug' : levels[level];
      log[alarming.test(message) ? 'error' : own]({ ...facts, by: 'temporal' }, message);
    },
    trace: (message, meta) => logger.log('TRACE', message, meta),
    debug: (message, meta) => logger.log('DEBUG', message, meta),
    info: (message, meta) => logger.log('INFO', message, meta),
    warn: (message, meta) => logger.log('WARN', message, meta),
    error: (message, meta) => logger.log('ERROR', message, meta),
  };
  Runtime.install({
    logger,
    shutdownSignals: [],
    telemetryOptions: {
      logging: { forward: {}, filter: makeTelemetryFilterString({ core: 'WARN', other: 'ERROR' }) },
      // The name would be the same on every series.
      ...(metrics && { metrics: { ...metrics, attachServiceName: false } }),
    },
  });
}
