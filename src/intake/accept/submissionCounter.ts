import { Problem, problemCodes } from '../../domain/problem.js';
import type { Metrics } from '../../telemetry/metrics/createMetrics.js';
import type { SubmissionOutcome } from '../../telemetry/metrics/metricDefinitions.js';
import type { AcceptResult } from '../intake.js';

/** Counts what becomes of submissions, and times those that are accepted one by one. */
export class SubmissionCounter {
  constructor(private readonly metrics: Pick<Metrics, 'submissions' | 'acceptSeconds'>) {}

  /** Passes on what it gives or throws. */
  async timed(accept: () => Promise<AcceptResult>): Promise<AcceptResult> {
    const { submissions, acceptSeconds } = this.metrics;
    const begin = performance.now();
    try {
      const result = await accept();
      submissions.inc({ outcome: outcomeOf(result) });
      if (!result.replayed) acceptSeconds.observe({}, (performance.now() - begin) / 1_000);
      return result;
    } catch (error) {
      submissions.inc({ outcome: failureOf(error) });
      throw error;
    }
  }

  /** Gives back the same results. */
  counted(results: PromiseSettledResult<AcceptResult>[]): PromiseSettledResult<AcceptResult>[] {
    for (const result of results) {
      const outcome =
        result.status === 'fulfilled' ? outcomeOf(result.value) : failureOf(result.reason);
      this.metrics.submissions.inc({ outcome });
    }
    return results;
  }
}

function outcomeOf({ replayed }: AcceptResult): SubmissionOutcome {
  return replayed ? 'replayed' : 'accepted';
}

function failureOf(error: unknown): SubmissionOutcome {
  return error instanceof Problem && problemCodes[error.code].status < 500 ? 'refused' : 'failed';
}
