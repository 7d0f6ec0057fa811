import type { z } from 'zod';
import { deliveryStates, type DeliveryState } from '../domain/words.js';
import type { Pool } from '../store/pool.js';
import { maxDeliveriesCounted, readStats, type StatsScope } from '../store/readStats.js';
import type { statsShown } from './schemas/statsSchemas.js';

/** Counts what became of the events accepted within a window that ends now. */
export async function showStats(
  pool: Pool,
  scope: StatsScope,
  { windowHours }: { windowHours: number },
): Promise<z.output<typeof statsShown>> {
  const untilMs = Date.now();
  const sinceMs = untilMs - Math.round(windowHours * 3_600_000);
  const stats = await readStats(pool, scope, sinceMs);
  const isWhole = stats.deliveries < maxDeliveriesCounted;
  const byState = Object.fromEntries(
    deliveryStates.map((state) => [state, stats.byState[state] ?? 0]),
  ) as Record<DeliveryState, number>;
  return {
    from: (isWhole || stats.oldest === null ? new Date(sinceMs) : stats.oldest).toISOString(),
    until: new Date(untilMs).toISOString(),
    isWhole,
    deliveries: { total: stats.deliveries, ...byState },
    attempts: {
      total: stats.successes + stats.failures,
      success: stats.successes,
      failure: stats.failures,
    },
    lastSuccessAt: stats.lastSuccessAt?.toISOString() ?? null,
    lastFailureAt: stats.lastFailureAt?.toISOString() ?? null,
    attemptDurationMs: stats.attemptDurationMs,
    timeToDeliverMs: stats.timeToDeliverMs,
  };
}
