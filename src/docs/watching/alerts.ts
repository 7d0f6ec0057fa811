/** What an operator is to be told of. The rules for Prometheus are made from these, and their page in the documentation. */
export interface Alert {
  /** As Prometheus and the page's section have it. */
  name: string;
  /** `page`: events are lost to somebody, or will be within the hour. `ticket`: by tomorrow will do. */
  severity: 'page' | 'ticket';
  expression: string;
  /** For how long it has to hold, as Prometheus writes it. */
  holdsFor: string;
  summary: string;
  means: string;
  toDo: string;
}

/** Of several dispatchers each counts the same rows, so `max` is taken over them. */
export const alerts: readonly Alert[] = [
  {
    name: 'EverhookDown',
    severity: 'page',
    expression: 'up{job="everhook"} == 0',
    holdsFor: '2m',
    summary: 'A process of Everhook does not answer Prometheus',
    means:
      'It has ended, hangs, or `/metrics` is refused. The other processes go on; what it was sending is sent again by another when its claims have ended.',
    toDo: 'Look at its last log lines and whether something starts it again. A 401 or 403: `EVERHOOK_METRICS_TOKEN` and the token of Prometheus differ.',
  },
  {
    name: 'EverhookNoDispatcher',
    severity: 'page',
    expression: 'absent(everhook_outbox_rows)',
    holdsFor: '5m',
    summary: 'No dispatcher is there',
    means:
      'Events are accepted and stored, and nobody starts their workflows; no chore of housekeeping is done either.',
    toDo: 'Start a process with the role `dispatcher` (`EVERHOOK_ROLES`), or have Prometheus scrape it.',
  },
  {
    name: 'EverhookNoWorker',
    severity: 'page',
    expression: 'absent(everhook_late_answers_total)',
    holdsFor: '5m',
    summary: 'No worker is there',
    means: 'Workflows are started, and nothing is sent.',
    toDo: 'Start a process with the role `worker` (`EVERHOOK_ROLES`), or have Prometheus scrape it.',
  },
  {
    name: 'EverhookPostgresUnanswered',
    severity: 'page',
    expression: 'everhook_outbox_rows != everhook_outbox_rows',
    holdsFor: '2m',
    summary: 'A dispatcher cannot count what waits in Postgres',
    means:
      'The count is `NaN`: Postgres does not answer, takes more than two seconds, or all connections are in use. If it is away, events are refused with a 503.',
    toDo: 'Look for `what waits in Postgres could not be counted` in the log, which says why; then at Postgres, its connections and its load.',
  },
  {
    name: 'EverhookDispatchStuck',
    severity: 'page',
    expression: 'max(everhook_outbox_oldest_seconds) > 30',
    holdsFor: '2m',
    summary: 'Workflows wait to be started',
    means:
      'Dispatch does not keep up, or Temporal is away. What was accepted is stored, and is sent later.',
    toDo: '`/health/ready` of a dispatcher says whether Temporal answers. If it does: are there enough workers for what comes in? `everhook_workflow_starts_total` says how many are started. A burst works itself off.',
  },
  {
    name: 'EverhookDispatchPauses',
    severity: 'ticket',
    expression: 'sum(increase(everhook_dispatch_pauses_total[10m])) > 3',
    holdsFor: '10m',
    summary: 'Dispatch pauses again and again',
    means: 'Starting workflows fails, now and then or always; each time it is tried again later.',
    toDo: 'The log line `dispatch pauses` has the error: of Temporal (overloaded, the namespace is missing) or of Postgres.',
  },
  {
    name: 'EverhookSubmissionsFail',
    severity: 'page',
    expression: 'sum(rate(everhook_submissions_total{outcome="failed"}[5m])) > 0',
    holdsFor: '5m',
    summary: 'Events are not accepted, by our own fault',
    means:
      'Products get a 5xx: Postgres fails, or more is submitted at once than can be taken. A product that tries again loses nothing.',
    toDo: 'The log has each failure with its cause. If it is the load: more processes with the role `api`, or a faster Postgres.',
  },
  {
    name: 'EverhookFirstAttemptsLate',
    severity: 'ticket',
    expression:
      'histogram_quantile(0.99, sum by (le) (rate(everhook_first_attempt_delay_seconds_bucket[10m]))) > 10',
    holdsFor: '10m',
    summary: 'One event in a hundred is sent more than 10 seconds after it was accepted',
    means: 'Dispatch or workers are behind what comes in.',
    toDo: 'Look at the outbox (dispatch is behind) and at `temporal_worker_task_slots_available` (workers are). More workers, or more CPU for Postgres and Temporal.',
  },
  {
    name: 'EverhookReceiversFail',
    severity: 'page',
    expression:
      'sum(rate(everhook_attempts_total{outcome!="success"}[10m])) / sum(rate(everhook_attempts_total[10m])) > 0.8 and sum(rate(everhook_attempts_total[10m])) > 0.1',
    holdsFor: '15m',
    summary: 'Four of five attempts fail',
    means:
      'Where receivers of many customers fail at once it is seldom they: the way out is blocked, names are not resolved, or certificates are not trusted here. What fails is retried by its schedule.',
    toDo: 'By `outcome`: `unreachable` and `timed out` speak of network and DNS of the workers, `tls failed` of certificates, `status` of the receivers. `POST …/endpoints/…/test` tries one.',
  },
  {
    name: 'EverhookEndpointsGoDown',
    severity: 'ticket',
    expression:
      'max(everhook_closed_endpoints{reason="down"}) - max(everhook_closed_endpoints{reason="down"} offset 15m) >= 20',
    holdsFor: '0m',
    summary: 'Twenty endpoints went down within a quarter of an hour',
    means:
      'A host that many customers share is down, or the way out is. What is for these endpoints is queued, and sent when probes find them back.',
    toDo: 'As for EverhookReceiversFail. Nothing is to be done for what is queued, within `EVERHOOK_QUEUE_RETENTION_HOURS`.',
  },
  {
    name: 'EverhookVeryManyWait',
    severity: 'ticket',
    expression: 'sum(max by (state) (everhook_open_deliveries)) >= 100000',
    holdsFor: '30m',
    summary: 'So many deliveries are open that they are no longer counted',
    means:
      'A hundred thousand or more are pending, retrying or queued: an outage of large receivers, a recovery of many, or workers that are behind.',
    toDo: 'By state: `queued` waits for endpoints (which: `GET /v1/tenants/…/endpoints`), `retrying` for retries, `pending` for workers.',
  },
  {
    name: 'EverhookPoolWaits',
    severity: 'ticket',
    expression: 'min_over_time(everhook_postgres_waiting[5m]) > 0',
    holdsFor: '10m',
    summary: 'Queries wait for a connection to Postgres',
    means:
      'The pool of a process is too small for what it does, or Postgres is slow and so each connection is held for longer.',
    toDo: 'If Postgres has CPU and connections to spare: raise `EVERHOOK_DATABASE_POOL_SIZE`. If not, it is Postgres.',
  },
  {
    name: 'EverhookSweeperFinds',
    severity: 'ticket',
    expression: 'sum(increase(everhook_sweeper_finds_total[1h])) > 10',
    holdsFor: '0m',
    summary: 'Workflows were lost, and started again by the sweeper',
    means:
      'Deliveries, queues or recoveries were overdue with no workflow at work on them. They go on, a minute late. Somebody terminated them, or Temporal lost its data.',
    toDo: 'The log names each (`started again`). Look in the Temporal UI for what became of them, and whether its database was restored from a backup.',
  },
  {
    name: 'EverhookLateAnswers',
    severity: 'ticket',
    expression:
      'sum(rate(everhook_late_answers_total[15m])) / sum(rate(everhook_attempts_total[15m])) > 0.01',
    holdsFor: '15m',
    summary: 'One answer in a hundred comes after another attempt has decided',
    means:
      'Requests are sent twice: workers stand still for seconds (CPU, memory), or they are killed and started over and over.',
    toDo: 'Look at the lag of the event loops and the memory of the workers, at `untracked local activity` in the log, and at the sizing rule in ARCHITECTURE.md.',
  },
  {
    name: 'EverhookOperationalEventsLate',
    severity: 'ticket',
    expression: 'max(everhook_operational_events_oldest_seconds) > 300',
    holdsFor: '5m',
    summary: 'Operational events are not told',
    means:
      'What became of endpoints and deliveries is stored, and not yet made into events for the operational endpoints.',
    toDo: 'The log of the dispatchers says why it fails; one process at a time does it.',
  },
  {
    name: 'EverhookChoreOverdue',
    severity: 'ticket',
    expression:
      'time() - max by (chore) (everhook_chore_last_success_timestamp_seconds) > 3 * 3600',
    holdsFor: '10m',
    summary: 'A chore of housekeeping has not been done for three hours',
    means:
      'Each is done once an hour at least. It fails, or never gets its turn; what it should have cleared away piles up.',
    toDo: 'The log line `a chore failed` has its name and the error. A lock time-out of `partitions` means a long transaction, such as a backup, stands in its way.',
  },
  {
    name: 'EverhookDaysRunOut',
    severity: 'page',
    expression: 'max(everhook_day_partitions_end_timestamp_seconds) - time() < 86400',
    holdsFor: '10m',
    summary: 'Partitions are made for less than a day ahead',
    means:
      'The chore `partitions` makes them three days ahead, and does not. When they have run out, events are still accepted, into the default partitions, from which days are made later at some cost.',
    toDo: 'As for EverhookChoreOverdue.',
  },
  {
    name: 'EverhookRowsOutsideDays',
    severity: 'ticket',
    expression: 'max(everhook_rows_outside_day_partitions) > 0',
    holdsFor: '10m',
    summary: 'Rows have fallen outside all day partitions',
    means:
      'The clock of a machine is days off, or no partitions were made. The rows are whole, but are slower to find and never dropped with a day.',
    toDo: 'Check the clocks of the machines. Once the chore `partitions` makes a day, it takes the rows of that day out of the default partitions.',
  },
];
