import type { DeliveryReport } from '../src/contract/activities.js';

/** A report, and when it was made (`Date.now()`). */
export interface MadeReport {
  report: DeliveryReport;
  reportedAtMs: number;
}

/** All are reported when the slowest is done; the others' waits have begun before. */
export function sinceReported({ report, reportedAtMs }: MadeReport): DeliveryReport {
  return { ...report, waitMs: Math.max(0, report.waitMs - (Date.now() - reportedAtMs)) };
}
