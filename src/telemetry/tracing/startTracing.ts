import type { Config } from '../../config/loadConfig.js';
import type { Log } from '../log.js';
import { noTracing, type Tracing } from './tracing.js';

/** By the settings. The libraries are loaded only where traces are wanted. */
export async function startTracing(
  { otlpEndpoint, roles }: Pick<Config, 'otlpEndpoint' | 'roles'>,
  log: Log,
): Promise<Tracing> {
  if (otlpEndpoint === undefined) return noTracing;
  const { createOtelTracing } = await import('./otelTracing.js');
  return createOtelTracing({ endpoint: otlpEndpoint, roles, log });
}
