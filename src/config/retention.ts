import { defaultRetryScheduleSeconds, maxHoldDays } from '../domain/limits.js';
import type { SettingValues } from './settings.js';

type Days = Pick<
  SettingValues,
  'retentionDays' | 'payloadRetentionDays' | 'queueRetentionHours' | 'rowRetentionHours'
>;

/** What the default schedule takes, and a day for what begins late. */
const retriedHours = 24 + defaultRetryScheduleSeconds.reduce((sum, wait) => sum + wait, 0) / 3_600;

/** How long what events carry is kept; where it isn't said, as long as the events. */
export function payloadDaysOf({
  retentionDays,
  payloadRetentionDays,
}: Pick<Days, 'retentionDays' | 'payloadRetentionDays'>): number {
  return payloadRetentionDays ?? retentionDays;
}

/**
 * How far ahead an event may be held back: so that what it carries is still kept when it is sent, and as long as it may
 * wait for its endpoint then. Refused when it is accepted, while its product can still mend it, rather than kept for
 * longer than others of its day: a day goes whole.
 */
export function holdDaysOf(days: Days): number {
  return Math.min(maxHoldDays, payloadDaysOf(days) - Math.ceil(days.queueRetentionHours / 24));
}

/** What is kept for too short, as the variable is set and why; null: nothing is. */
export function retentionProblem(days: Days): string | null {
  const { retentionDays, queueRetentionHours, rowRetentionHours } = days;
  const payloadDays = payloadDaysOf(days);
  const variable =
    days.payloadRetentionDays === undefined
      ? 'EVERHOOK_RETENTION_DAYS'
      : 'EVERHOOK_PAYLOAD_RETENTION_DAYS';
  if (payloadDays > retentionDays) {
    return `${variable}=${payloadDays}: must be at most EVERHOOK_RETENTION_DAYS = ${retentionDays}`;
  }
  const sendingDays = Math.ceil((queueRetentionHours + retriedHours) / 24);
  if (payloadDays < sendingDays) {
    return `${variable}=${payloadDays}: must be at least ${sendingDays}, or deliveries would lose what they are still to send: EVERHOOK_QUEUE_RETENTION_HOURS = ${queueRetentionHours}, and the default retry schedule`;
  }
  const rowDays = Math.ceil(rowRetentionHours / 24);
  if (payloadDays < rowDays) {
    return `${variable}=${payloadDays}: must be at least ${rowDays} days = EVERHOOK_ROW_RETENTION_HOURS`;
  }
  return null;
}
