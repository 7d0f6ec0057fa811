import { durations, graph, type PanelRow } from './panel.js';

/** Of several dispatchers each counts the same rows, so `max` is taken over them. */
export const panelRows: readonly PanelRow[] = [
  {
    title: 'Coming in',
    panels: [
      graph(
        ['Submissions', 'How many events come in, and what becomes of them?'],
        'ops',
        'sum by (outcome) (rate(everhook_submissions_total[5m]))',
        '{{outcome}}',
      ),
      durations(
        ['Time to accept', 'How long does a product wait for the 202?'],
        'everhook_accept_duration_seconds',
      ),
      graph(
        ['Requests by status', 'How are requests to the API answered?'],
        'reqps',
        'sum by (status) (rate(everhook_http_requests_total[5m]))',
        '{{status}}',
      ),
      graph(
        ['Rows stored', 'How fast are rows of imports uploaded?'],
        'ops',
        'sum(rate(everhook_rows_stored_total[5m]))',
      ),
    ],
  },
  {
    title: 'Going out',
    panels: [
      graph(
        ['Attempts', 'What do receivers answer?'],
        'ops',
        'sum by (outcome) (rate(everhook_attempts_total[5m]))',
        '{{outcome}}',
      ),
      graph(
        ['Attempts that fail', 'Do receivers fail more than usual?'],
        'percentunit',
        'sum(rate(everhook_attempts_total{outcome!="success"}[5m])) / sum(rate(everhook_attempts_total[5m]))',
      ),
      durations(
        ['Time to the first attempt', 'How soon is an event sent?'],
        'everhook_first_attempt_delay_seconds',
      ),
      durations(
        ['Duration of attempts', 'How long do receivers take?'],
        'everhook_attempt_duration_seconds',
        ['lane'],
      ),
      graph(
        ['Deliveries failed', 'How many are given up, and why?'],
        'ops',
        'sum by (cause) (rate(everhook_deliveries_failed_total[5m]))',
        '{{cause}}',
      ),
      graph(
        ['Late answers', 'Is anything sent twice?'],
        'ops',
        'sum(rate(everhook_late_answers_total[5m]))',
      ),
      graph(
        ['Batches', 'What do receivers answer to batches of rows?'],
        'ops',
        'sum by (outcome) (rate(everhook_batches_total[5m]))',
        '{{outcome}}',
      ),
      graph(
        ['Rows acknowledged', 'How fast do imports go out?'],
        'ops',
        'sum(rate(everhook_batch_rows_acknowledged_total[5m]))',
      ),
    ],
  },
  {
    title: 'Waiting',
    panels: [
      graph(
        ['Open deliveries', 'How much waits, and for what?'],
        'short',
        'max by (state) (everhook_open_deliveries)',
        '{{state}}',
      ),
      graph(
        ['Oldest in a queue', 'For how long have endpoints kept their events waiting?'],
        's',
        'max(everhook_queued_oldest_seconds)',
      ),
      graph(
        ['Endpoints closed', 'How many endpoints get nothing now?'],
        'short',
        'max by (reason) (everhook_closed_endpoints)',
        '{{reason}}',
      ),
      graph(
        ['Drains', 'How many queues are being worked off?'],
        'short',
        'max by (state) (everhook_drains)',
        '{{state}}',
      ),
      graph(
        ['Imports', 'How many imports are under way?'],
        'short',
        'max by (stage) (everhook_imports)',
        '{{stage}}',
      ),
      graph(
        ['Recoveries', 'Is anything being sent again?'],
        'short',
        'max(everhook_recoveries_running)',
      ),
      graph(
        ['Oldest operational event', 'Are products told what becomes of endpoints?'],
        's',
        'max(everhook_operational_events_oldest_seconds)',
      ),
    ],
  },
  {
    title: 'Dispatch',
    panels: [
      graph(
        ['Outbox', 'How many workflows are still to be started?'],
        'short',
        'max(everhook_outbox_rows)',
      ),
      graph(
        ['Oldest in the outbox', 'Is anything waiting that should be on its way?'],
        's',
        'max(everhook_outbox_oldest_seconds)',
      ),
      graph(
        ['Workflows started', 'What is started or woken?'],
        'ops',
        'sum by (workflow) (rate(everhook_workflow_starts_total[5m]))',
        '{{workflow}}',
      ),
      graph(
        ['Eager starts', 'Are starts eager? Near 1 where dispatcher and worker share a process.'],
        'percentunit',
        'sum(rate(everhook_workflow_starts_total{workflow="deliverEvent",eager="true"}[5m])) / sum(rate(everhook_workflow_starts_total{workflow="deliverEvent"}[5m]))',
      ),
      graph(
        ['Pauses of dispatch', 'Does dispatch fail?'],
        'ops',
        'sum(rate(everhook_dispatch_pauses_total[5m]))',
      ),
      graph(
        ["Sweeper's finds", 'Were workflows lost?'],
        'ops',
        'sum by (kind) (rate(everhook_sweeper_finds_total[5m]))',
        '{{kind}}',
      ),
    ],
  },
  {
    title: 'Upkeep',
    panels: [
      graph(
        ['Chores', 'How long ago was each chore last done?'],
        's',
        'time() - max by (chore) (everhook_chore_last_success_timestamp_seconds)',
        '{{chore}}',
      ),
      {
        title: 'Days',
        asks: 'How far back do the partitions go, and how far ahead?',
        unit: 's',
        queries: [
          {
            expression: 'time() - min(everhook_day_partitions_begin_timestamp_seconds)',
            legend: 'back',
          },
          {
            expression: 'max(everhook_day_partitions_end_timestamp_seconds) - time()',
            legend: 'ahead',
          },
        ],
      },
      graph(
        ['Rows outside the days', 'Are clocks off, or partitions missing?'],
        'short',
        'max(everhook_rows_outside_day_partitions)',
      ),
    ],
  },
  {
    title: 'Processes',
    panels: [
      graph(
        ['Connections to Postgres', 'How many are in use?'],
        'short',
        'sum by (instance, pool) (everhook_postgres_connections{state="in use"})',
        '{{instance}} {{pool}}',
      ),
      graph(
        ['Waiting for a connection', 'Is the pool too small?'],
        'short',
        'sum by (instance, pool) (everhook_postgres_waiting)',
        '{{instance}} {{pool}}',
      ),
      graph(
        ['CPU', 'How many cores does each process take?'],
        'short',
        'sum by (instance) (rate(process_cpu_seconds_total{job="everhook"}[5m]))',
        '{{instance}}',
      ),
      graph(
        ['Memory', 'How much memory does each process take?'],
        'bytes',
        'sum by (instance) (process_resident_memory_bytes{job="everhook"})',
        '{{instance}}',
      ),
      graph(
        ['Lag of the event loop', 'Does a process stand still?'],
        's',
        'max by (instance) (nodejs_eventloop_lag_p99_seconds{job="everhook"})',
        '{{instance}}',
      ),
      graph(
        ['Places for workflow tasks', 'Have the workers places left?'],
        'short',
        'sum by (instance, worker_type) (temporal_worker_task_slots_available)',
        '{{instance}} {{worker_type}}',
      ),
    ],
  },
];
