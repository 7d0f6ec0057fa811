/** From when on an endpoint is only probed, how often, and when it is given up. */
export interface CircuitBounds {
  /** Attempts that fail one after the other until the circuit opens. */
  failuresToOpen: number;
  /** Until the first probe, and the longest wait between two. */
  firstProbeMs: number;
  maxProbeMs: number;
  /** How long the circuit is open until the endpoint is disabled. */
  disableAfterMs: number;
}

/** How an endpoint has been answering. */
export interface EndpointHealth {
  /** Attempts that failed since the last that didn't. */
  consecutiveFailures: number;
  /** For how long the circuit has been open; null: it is closed. */
  openForMs: number | null;
  failedProbes: number;
  /** For how long it has been warned of; null: it isn't. */
  warnedForMs: number | null;
  enabled: boolean;
}

/** What became of attempts, in the order in which their answers came. */
export interface Outcomes {
  /** Failures after the last success among them. */
  failures: number;
  /** Whether one succeeded. */
  succeeded: boolean;
  /** Whether the last failure was a probe. */
  probed: boolean;
  /** How long the receiver asked to be left alone; 0 where it didn't. */
  retryAfterMs: number;
  /** What the last failure came to: `503`, `timed out`; null where there was none. */
  lastAnswer: string | null;
}

export interface HealthChange {
  consecutiveFailures: number;
  circuit: 'opens' | 'closes' | 'stays';
  /** Whether it is open from then on. */
  isOpen: boolean;
  failedProbes: number;
  /** Until the next probe; null: as it was, or none. */
  probeInMs: number | null;
  /** It is to be warned of, and disabled; each once. */
  warns: boolean;
  disables: boolean;
}

/** The part of the time until it is disabled after which an endpoint is warned of; the rest passes after the warning. */
const warnAfterShare = 0.2;
const probeJitterShare = 0.1;

/**
 * What outcomes make of an endpoint's health. Enough failures in a row open its circuit: from then on one request at a
 * time asks whether it is back, after waits that double. A success closes it. What stays open for too long is disabled,
 * but never without its warning: one to which nothing was to be sent for days has failed once in them, and is not known to
 * have been down.
 */
export function changeHealth(
  before: EndpointHealth,
  { failures, succeeded, probed, retryAfterMs }: Outcomes,
  bounds: CircuitBounds,
  random: number,
): HealthChange {
  const consecutiveFailures = (succeeded ? 0 : before.consecutiveFailures) + failures;
  const wasOpen = before.openForMs !== null;
  const opens = consecutiveFailures >= bounds.failuresToOpen && (!wasOpen || succeeded);
  const stillOpenMs = wasOpen && !succeeded ? before.openForMs : null;
  const failedProbes = stillOpenMs === null ? 0 : before.failedProbes + (probed ? 1 : 0);
  const asksAgain = opens || (probed && stillOpenMs !== null);
  const warnAfterMs = bounds.disableAfterMs * warnAfterShare;
  const goesOn = stillOpenMs !== null && failures > 0 && before.enabled;
  return {
    consecutiveFailures,
    isOpen: opens || stillOpenMs !== null,
    circuit: opens ? 'opens' : wasOpen && succeeded ? 'closes' : 'stays',
    failedProbes,
    probeInMs: asksAgain ? Math.max(probeWaitMs(failedProbes, bounds, random), retryAfterMs) : null,
    warns: goesOn && before.warnedForMs === null && stillOpenMs >= warnAfterMs,
    disables:
      goesOn &&
      stillOpenMs >= bounds.disableAfterMs &&
      (before.warnedForMs ?? 0) >= bounds.disableAfterMs - warnAfterMs,
  };
}

/** Doubled with each probe that failed; some jitter, so that what failed together isn't probed together. */
function probeWaitMs(
  failedProbes: number,
  { firstProbeMs, maxProbeMs }: CircuitBounds,
  random: number,
): number {
  const waitMs = Math.min(firstProbeMs * 2 ** failedProbes, maxProbeMs);
  return Math.round(waitMs * (1 + random * probeJitterShare));
}
