import type { DiagLogger } from '@opentelemetry/api';
import type { Log } from '../log.js';

/** A collector that is away fails every few seconds; it is said no more often than this. */
const quietMs = 60_000;

/** What OpenTelemetry's library has to say, among our own lines. */
export function otelLog(log: Log): DiagLogger {
  let quietUntilMs = 0;
  const warn = (message: string, ...details: unknown[]): void => {
    if (Date.now() < quietUntilMs) return;
    quietUntilMs = Date.now() + quietMs;
    log.warn(
      { by: 'opentelemetry', said: [message, ...details.map(String)] },
      'traces may be lost: see docs/tracing.md',
    );
  };
  const ignore = (): void => undefined;
  return { error: warn, warn, info: ignore, debug: ignore, verbose: ignore };
}
