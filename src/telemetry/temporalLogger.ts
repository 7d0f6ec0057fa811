import type { Logger } from '@temporalio/worker';
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

/** Temporal's log lines among ours, one form for all. What it says of ordinary starts and stops is for debugging. */
export function temporalLogger(log: Log): Logger {
  const logger: Logger = {
    log(level, message, meta) {
      const { error, ...facts } = meta ?? {};
      const own = expected.test(message) ? 'debug' : levels[level];
      const cause = error === undefined ? {} : { err: error };
      log[alarming.test(message) ? 'error' : own]({ ...facts, ...cause, by: 'temporal' }, message);
    },
    trace: (message, meta) => logger.log('TRACE', message, meta),
    debug: (message, meta) => logger.log('DEBUG', message, meta),
    info: (message, meta) => logger.log('INFO', message, meta),
    warn: (message, meta) => logger.log('WARN', message, meta),
    error: (message, meta) => logger.log('ERROR', message, meta),
  };
  return logger;
}
