/** Series as promtool writes them: the name with its labels, and a value a minute. */
export type SeriesGiven = Record<string, string>;

export interface AlertScene {
  /** After an hour of these it fires, with these labels. */
  fires: SeriesGiven;
  labels?: Record<string, string>;
  /** After an hour of these it doesn't. */
  quiet: SeriesGiven;
}

const minutes = 60;
const always = (value: number): string => `${value}x${minutes}`;
/** What isn't known; promtool can't repeat it. */
const unknown = Array(minutes + 1)
  .fill('NaN')
  .join(' ');
/** A counter that goes up by so much a minute. */
const counts = (perMinute: number): string => `0+${perMinute}x${minutes}`;
const attempts = (success: number, failed: number): SeriesGiven => ({
  'everhook_attempts_total{outcome="success"}': counts(success),
  'everhook_attempts_total{outcome="status"}': counts(failed),
});
const delays = (within10s: number, all: number): SeriesGiven => ({
  'everhook_first_attempt_delay_seconds_bucket{le="10"}': counts(within10s),
  'everhook_first_attempt_delay_seconds_bucket{le="30"}': counts(all),
  'everhook_first_attempt_delay_seconds_bucket{le="+Inf"}': counts(all),
});
const down = 'everhook_closed_endpoints{reason="down"}';
/** promtool's clock begins at 0, and an hour of it has gone by. */
const now = minutes * 60;

/** For each alert what has it fire, and what is near to that and doesn't. */
export const alertScenes: Record<string, AlertScene> = {
  EverhookDown: {
    fires: { 'up{job="everhook", instance="a"}': always(0) },
    labels: { job: 'everhook', instance: 'a' },
    quiet: { 'up{job="everhook"}': always(1), 'up{job="another"}': always(0) },
  },
  EverhookNoDispatcher: { fires: {}, quiet: { everhook_outbox_rows: unknown } },
  EverhookNoWorker: { fires: {}, quiet: { everhook_late_answers_total: always(0) } },
  EverhookPostgresUnanswered: {
    fires: { 'everhook_outbox_rows{instance="a"}': unknown },
    labels: { instance: 'a' },
    quiet: { 'everhook_outbox_rows{instance="a"}': always(100_000) },
  },
  EverhookDispatchStuck: {
    fires: {
      'everhook_outbox_oldest_seconds{instance="a"}': unknown,
      'everhook_outbox_oldest_seconds{instance="b"}': '0+60x60',
    },
    quiet: { everhook_outbox_oldest_seconds: always(29) },
  },
  EverhookDispatchPauses: {
    fires: { everhook_dispatch_pauses_total: counts(1) },
    quiet: { everhook_dispatch_pauses_total: '0x30 3x30' },
  },
  EverhookSubmissionsFail: {
    fires: { 'everhook_submissions_total{outcome="failed"}': counts(1) },
    quiet: {
      'everhook_submissions_total{outcome="failed"}': always(7),
      'everhook_submissions_total{outcome="refused"}': counts(100),
    },
  },
  EverhookFirstAttemptsLate: { fires: delays(980, 1_000), quiet: delays(995, 1_000) },
  EverhookReceiversFail: { fires: attempts(10, 90), quiet: attempts(30, 70) },
  EverhookEndpointsGoDown: {
    fires: { [down]: '5x50 40x9' },
    quiet: { [down]: '5x20 40x39' },
  },
  EverhookVeryManyWait: {
    fires: {
      'everhook_open_deliveries{state="queued", instance="a"}': always(90_000),
      'everhook_open_deliveries{state="retrying", instance="b"}': always(10_000),
    },
    quiet: {
      'everhook_open_deliveries{state="queued", instance="a"}': always(90_000),
      'everhook_open_deliveries{state="queued", instance="b"}': always(90_000),
    },
  },
  EverhookPoolWaits: {
    fires: { 'everhook_postgres_waiting{pool="work"}': always(3) },
    labels: { pool: 'work' },
    quiet: { 'everhook_postgres_waiting{pool="work"}': '0 5 0 5 0 5 0 5 0x60' },
  },
  EverhookSweeperFinds: {
    fires: {
      'everhook_sweeper_finds_total{kind="delivery"}': '0x20 8x39',
      'everhook_sweeper_finds_total{kind="drain"}': '0x20 8x39',
    },
    quiet: { 'everhook_sweeper_finds_total{kind="delivery"}': '0x20 8x39' },
  },
  EverhookLateAnswers: {
    fires: { everhook_late_answers_total: counts(2), ...attempts(90, 10) },
    quiet: { everhook_late_answers_total: counts(1), ...attempts(190, 10) },
  },
  EverhookOperationalEventsLate: {
    fires: { everhook_operational_events_oldest_seconds: always(301) },
    quiet: { everhook_operational_events_oldest_seconds: always(299) },
  },
  EverhookChoreOverdue: {
    fires: {
      'everhook_chore_last_success_timestamp_seconds{chore="orders"}': always(now - 4 * 3_600),
    },
    labels: { chore: 'orders' },
    quiet: {
      'everhook_chore_last_success_timestamp_seconds{chore="orders", instance="a"}': always(
        now - 4 * 3_600,
      ),
      'everhook_chore_last_success_timestamp_seconds{chore="orders", instance="b"}': always(now),
    },
  },
  EverhookDaysRunOut: {
    fires: { everhook_day_partitions_end_timestamp_seconds: always(now + 80_000) },
    quiet: { everhook_day_partitions_end_timestamp_seconds: always(now + 200_000) },
  },
  EverhookRowsOutsideDays: {
    fires: { everhook_rows_outside_day_partitions: always(1) },
    quiet: { everhook_rows_outside_day_partitions: always(0) },
  },
};
