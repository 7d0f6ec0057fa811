import { openStates } from '../domain/words.js';
import type { Depths } from '../store/readDepths.js';
import type { Metrics } from '../telemetry/metrics/createMetrics.js';
import { closedReasons, drainStates, importStages } from '../telemetry/metrics/upkeepMetrics.js';

const unknown = Number.NaN;

/** Not those of before, which would look like those of now. */
export const unknownDepths: Omit<Depths, 'rowsOutsideDays'> & { rowsOutsideDays: null } = {
  outboxRows: unknown,
  outboxOldestSeconds: unknown,
  openDeliveries: { pending: unknown, retrying: unknown, queued: unknown },
  queuedOldestSeconds: unknown,
  upkeep: {
    closedEndpoints: { down: unknown, disabled: unknown, paused: unknown },
    drains: { looking: unknown, resting: unknown },
    imports: { open: unknown, sending: unknown, paused: unknown },
    recoveriesRunning: unknown,
    operationalOldestSeconds: unknown,
    firstDaySeconds: null,
    daysEndSeconds: null,
  },
  rowsOutsideDays: null,
};

/** Sets the gauges of what waits. */
export function showDepths(metrics: Metrics, depths: Depths | typeof unknownDepths): void {
  const { upkeep, rowsOutsideDays } = depths;
  metrics.outboxRows.set({}, depths.outboxRows);
  metrics.outboxOldestSeconds.set({}, depths.outboxOldestSeconds);
  for (const state of openStates) {
    metrics.openDeliveries.set({ state }, depths.openDeliveries[state]);
  }
  metrics.queuedOldestSeconds.set({}, depths.queuedOldestSeconds);
  for (const reason of closedReasons) {
    metrics.closedEndpoints.set({ reason }, upkeep.closedEndpoints[reason]);
  }
  for (const state of drainStates) metrics.drains.set({ state }, upkeep.drains[state]);
  for (const stage of importStages) metrics.imports.set({ stage }, upkeep.imports[stage]);
  metrics.recoveriesRunning.set({}, upkeep.recoveriesRunning);
  metrics.operationalOldestSeconds.set({}, upkeep.operationalOldestSeconds);
  metrics.firstDay.set({}, upkeep.firstDaySeconds ?? unknown);
  metrics.daysEnd.set({}, upkeep.daysEndSeconds ?? unknown);
  metrics.rowsOutsideDays.set({}, rowsOutsideDays === null ? unknown : Number(rowsOutsideDays));
}
