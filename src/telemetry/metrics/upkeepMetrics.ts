import { maxRowsCounted, metric } from './metricDefinition.js';

/** Why an endpoint gets nothing now. One that its owner disabled is nobody's trouble, and isn't counted. */
export const closedReasons = ['down', 'disabled', 'paused'] as const;
export const drainStates = ['looking', 'resting'] as const;
/** Of imports that somebody still waits for. */
export const importStages = ['open', 'sending', 'paused'] as const;

/** What the dispatchers see to, and count in Postgres besides the outbox and what is open. */
export const upkeepMetrics = {
  queuedOldestSeconds: metric({
    name: 'everhook_queued_oldest_seconds',
    type: 'gauge',
    help: 'Since the acceptance of the oldest delivery counted that is `queued`; 0 when there is none. Endpoints that are down for days make it as old.',
    labels: {},
    where: 'dispatcher',
  }),
  closedEndpoints: metric({
    name: 'everhook_closed_endpoints',
    type: 'gauge',
    help: `Endpoints that get nothing now, up to ${maxRowsCounted}. \`down\`: the circuit is open; \`disabled\`: by the service, after failing for too long or a 410; \`paused\`: by their owners.`,
    labels: { reason: closedReasons },
    where: 'dispatcher',
  }),
  drains: metric({
    name: 'everhook_drains',
    type: 'gauge',
    help: `Drains of endpoints' queues, up to ${maxRowsCounted}. \`looking\`: at work, or told to be; \`resting\`: until a probe or a retry is due.`,
    labels: { state: drainStates },
    where: 'dispatcher',
  }),
  imports: metric({
    name: 'everhook_imports',
    type: 'gauge',
    help: 'Imports not done with. `open`: rows are being uploaded; `sending`: batches of them are still to be acknowledged; `paused`: some of their deliveries are.',
    labels: { stage: importStages },
    where: 'dispatcher',
  }),
  recoveriesRunning: metric({
    name: 'everhook_recoveries_running',
    type: 'gauge',
    help: 'Recoveries that are running.',
    labels: {},
    where: 'dispatcher',
  }),
  operationalOldestSeconds: metric({
    name: 'everhook_operational_events_oldest_seconds',
    type: 'gauge',
    help: 'How long the oldest operational event has waited for being told; 0 when there is none. A few seconds are the rule.',
    labels: {},
    where: 'dispatcher',
  }),
  firstDay: metric({
    name: 'everhook_day_partitions_begin_timestamp_seconds',
    type: 'gauge',
    help: 'When the oldest day begins whose partition of deliveries is there.',
    labels: {},
    where: 'dispatcher',
  }),
  daysEnd: metric({
    name: 'everhook_day_partitions_end_timestamp_seconds',
    type: 'gauge',
    help: 'When the last day ends for which there are partitions. They are made days ahead.',
    labels: {},
    where: 'dispatcher',
  }),
  rowsOutsideDays: metric({
    name: 'everhook_rows_outside_day_partitions',
    type: 'gauge',
    help: '1: some rows have fallen outside all days that have partitions; 0: none.',
    labels: {},
    where: 'dispatcher',
  }),
  choreDone: metric({
    name: 'everhook_chore_last_success_timestamp_seconds',
    type: 'gauge',
    help: 'When a chore of housekeeping was last done by this process; before that, when it began. Dispatchers take turns, so take the `max`.',
    labels: { chore: 'its name, as the log has it' },
    where: 'dispatcher',
  }),
  sweeperFinds: metric({
    name: 'everhook_sweeper_finds_total',
    type: 'counter',
    help: 'What was overdue with no workflow at work on it, and was started again: one that was terminated, or lost.',
    labels: { kind: ['delivery', 'drain', 'recovery'] },
    where: 'dispatcher',
  }),
} as const;
