import { workflowTypes } from '../../contract/temporal.js';
import { answerFailures } from '../../domain/answer.js';
import { placesOfAttempts } from '../../domain/lane.js';
import { openStates } from '../../domain/words.js';
import { maxRowsCounted, metric } from './metricDefinition.js';
import { upkeepMetrics } from './upkeepMetrics.js';

/** How a submission ended. */
const submissionOutcomes = ['accepted', 'replayed', 'refused', 'failed'] as const;
export type SubmissionOutcome = (typeof submissionOutcomes)[number];

/** Why a delivery failed. */
const failureCauses = ['attempts used up', 'expired', 'waited too long'] as const;

/** The one definition of the metrics: the registry is made from it, and the table in `docs/metrics.md`. */
export const metricDefinitions = {
  submissions: metric({
    name: 'everhook_submissions_total',
    type: 'counter',
    help: 'Events submitted, those of bulk submissions one by one. `accepted`: stored; `replayed`: answered from an idempotency key; `refused`: a 4xx; `failed`: our own fault, or too many at once.',
    labels: { outcome: submissionOutcomes },
    where: 'api',
  }),
  acceptSeconds: metric({
    name: 'everhook_accept_duration_seconds',
    type: 'histogram',
    help: 'From the body of a submission to its commit, for events accepted one by one.',
    labels: {},
    where: 'api',
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
  }),
  rowsStored: metric({
    name: 'everhook_rows_stored_total',
    type: 'counter',
    help: 'Rows of imports stored.',
    labels: {},
    where: 'api',
  }),
  httpRequests: metric({
    name: 'everhook_http_requests_total',
    type: 'counter',
    help: 'Requests answered, by route and class of status. What matches no route is `none`.',
    labels: {
      method: 'the HTTP method',
      route: 'the path as the API document has it',
      status: '`2xx` and so on',
    },
    where: 'every process',
  }),
  workflowStarts: metric({
    name: 'everhook_workflow_starts_total',
    type: 'counter',
    help: "Workflows started or woken. `eager`: this process's worker got the first task with the answer.",
    labels: { workflow: workflowTypes, eager: ['true', 'false'] },
    where: 'dispatcher',
  }),
  dispatchPauses: metric({
    name: 'everhook_dispatch_pauses_total',
    type: 'counter',
    help: 'Times that dispatch paused because Temporal or Postgres failed it.',
    labels: {},
    where: 'dispatcher',
  }),
  outboxRows: metric({
    name: 'everhook_outbox_rows',
    type: 'gauge',
    help: `Workflows still to be started or woken; ${maxRowsCounted} means that many or more.`,
    labels: {},
    where: 'dispatcher',
  }),
  outboxOldestSeconds: metric({
    name: 'everhook_outbox_oldest_seconds',
    type: 'gauge',
    help: 'How long the oldest row counted of the outbox has been there; 0 when it is empty. More than a few seconds: dispatch does not keep up, or Temporal is away.',
    labels: {},
    where: 'dispatcher',
  }),
  openDeliveries: metric({
    name: 'everhook_open_deliveries',
    type: 'gauge',
    help: `Deliveries that have not ended. Where they add up to ${maxRowsCounted} there are more, which were not counted.`,
    labels: { state: openStates },
    where: 'dispatcher',
  }),
  ...upkeepMetrics,
  attempts: metric({
    name: 'everhook_attempts_total',
    type: 'counter',
    help: 'Attempts answered, by what came back and by lane. `status`: one other than 2xx.',
    labels: { outcome: ['success', ...answerFailures], lane: placesOfAttempts },
    where: 'worker',
  }),
  attemptSeconds: metric({
    name: 'everhook_attempt_duration_seconds',
    type: 'histogram',
    help: 'From the start of a request to the end of its answer.',
    labels: { lane: placesOfAttempts },
    where: 'worker',
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 15, 30, 60, 300, 900],
  }),
  firstAttemptDelaySeconds: metric({
    name: 'everhook_first_attempt_delay_seconds',
    type: 'histogram',
    help: 'From the acceptance of an event, or the moment until which it was held back, to the first request of each of its deliveries. What first waited for its endpoint is not in it.',
    labels: {},
    where: 'worker',
    buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300],
  }),
  batches: metric({
    name: 'everhook_batches_total',
    type: 'counter',
    help: "Batches of imports' rows answered, by what came back. `status`: one other than 2xx.",
    labels: { outcome: ['success', ...answerFailures] },
    where: 'worker',
  }),
  batchRows: metric({
    name: 'everhook_batch_rows_acknowledged_total',
    type: 'counter',
    help: 'Rows in the batches that receivers acknowledged.',
    labels: {},
    where: 'worker',
  }),
  lateAnswers: metric({
    name: 'everhook_late_answers_total',
    type: 'counter',
    help: 'Answers that came after another attempt, or a person, had decided about the delivery. Many: attempts take longer than their claims, or machines stand still.',
    labels: {},
    where: 'worker',
  }),
  deliveriesFailed: metric({
    name: 'everhook_deliveries_failed_total',
    type: 'counter',
    help: 'Deliveries that failed for good. `attempts used up`: all of a round; `expired`: it, or the rows it brings; `waited too long`: for its endpoint.',
    labels: { cause: failureCauses },
    where: 'every process',
  }),
  poolConnections: metric({
    name: 'everhook_postgres_connections',
    type: 'gauge',
    help: 'Connections to Postgres. `api`: for what the API reads and changes; `work`: for accepting, dispatching and delivering.',
    labels: { pool: ['api', 'work'], state: ['in use', 'idle'] },
    where: 'every process',
  }),
  poolWaiting: metric({
    name: 'everhook_postgres_waiting',
    type: 'gauge',
    help: 'Queries that wait for a free connection. Not 0 for long: raise `EVERHOOK_DATABASE_POOL_SIZE`.',
    labels: { pool: ['api', 'work'] },
    where: 'every process',
  }),
} as const;

export type MetricName = keyof typeof metricDefinitions;
