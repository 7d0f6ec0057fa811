/** Bounds of the contract that are the same everywhere; those that an operator may change are settings. */

/** Seconds before each further attempt: ten attempts over about three days (Standard Webhooks 1.0, "Retries"). */
export const defaultRetryScheduleSeconds: readonly number[] = [
  5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400,
];
export const maxRetries = 30;
/** One wait; also the bound of what a `Retry-After` may ask for. */
export const maxRetryWaitSeconds = 604_800;

export const defaultTimeoutMs = 15_000;
/** A receiver may work through a batch of rows within the request. */
export const defaultBatchTimeoutMs = 600_000;
export const minTimeoutMs = 500;
export const maxTimeoutMs = 900_000;

/** Rows in one request, where neither import nor endpoint says another number; and the most they may say. */
export const defaultBatchSize = 5_000;
export const maxBatchSize = 10_000;

/** Of a row's id, in characters. */
export const maxRowIdLength = 255;

/** How far ahead an event may be held back. */
export const maxHoldDays = 90;
/** What events are in order with, in characters. */
export const maxOrderingKeyLength = 128;

/** Requests per second, and at once, that an endpoint may bound itself to. */
export const minRateLimitPerSecond = 0.01;
export const maxRateLimitPerSecond = 10_000;
export const maxMaxInFlight = 1_000;

/** Of an endpoint's URL, in characters. */
export const maxUrlLength = 2_048;

/** Disabled ones included, deleted ones not; per environment and tenant. */
export const maxEndpointsPerTenant = 500;

/** Keys that verify a tenant's own claims: enough to change them one by one; each may be tried for a token. */
export const maxJwtKeysPerTenant = 10;

/** Endpoints that a workflow's search attribute names; the server refuses values over 2 KiB. */
export const maxEndpointsInSearchAttribute = 40;

/** Deliveries of one event attempted at once by one worker. */
export const maxAttemptsAtOncePerEvent = 32;
/** Attempts made at once in the local lane of one worker. */
export const maxLocalAttemptsAtOnce = 256;
/** First attempts to one endpoint at once by one worker. */
export const maxFirstAttemptsPerEndpoint = 10;
/** From this duration on, an endpoint's last answer marks it slow: its attempts leave the local lane. */
export const slowEndpointMs = 2_000;
/** Retries made as local activities; later ones are ordinary activities on the `attempts` queue. */
export const localRetries = 3;

/** After its endpoint's time-out, how much longer an attempt's lease holds. */
export const leaseMarginMs = 5_000;
/** How long past its due time a delivery is when the sweeper takes it. */
export const sweepAfterMs = 60_000;

export const idempotencyHours = 24;
export const secretOverlapSeconds = 86_400;
export const maxSecretOverlapSeconds = 2_592_000;
/** Live secrets of one endpoint, the newest and those in overlap. */
export const maxSecrets = 5;

/** How long a sender of batches holds its claim without renewing it, and how often it does. */
export const batchLeaseMs = 15_000;
export const batchLeaseRenewalMs = 5_000;
/** Batches being sent at once by one worker, each of which holds a body; half of them may be one tenant's. */
export const maxBatchesAtOnce = 32;
/** Bodies that are made ahead, while the batch before is under way, by one worker. */
export const maxBytesAhead = 64 * 1_024 * 1_024;

/** What a drain sends in a slice, and for how long. */
export const maxDrainedPerSlice = 1_000;
export const drainSliceMs = 30_000;
/** Of a queue, counted for its report. */
export const maxQueuedCounted = 10_000;
/** Of each queue, counted where many are shown: the longest 500 are half a million entries of an index. */
export const maxQueuedOfEach = 1_000;
/** Requests to one endpoint at once by its drain, unless it says another number. */
export const defaultMaxInFlight = maxFirstAttemptsPerEndpoint;
/** Deliveries that a drain holds claimed beside those under way, with their bodies; in order, as many of two keys. */
export const maxClaimedAhead = 16;
/** Of one key in order, claimed at once: claiming costs as much as three requests. What a slow receiver leaves goes again. */
export const maxClaimedOfKey = 16;
/** By all places of an endpoint in order: one that has many has fewer of each key. */
export const maxClaimedInOrder = 256;
/** Among so many of the oldest probes take turns: one that its receiver refuses must not hold up all. */
export const probesTakeTurnsAmong = 3;

/** Bytes of a fairness key that a Temporal server takes. */
export const maxFairnessKeyLength = 64;

/** Deliveries resent in a second by one recovery, where it doesn't say another number; and the most it may say. */
export const defaultRecoveryRatePerSecond = 100;
export const maxRecoveryRatePerSecond = 10_000;
/** That one recovery may name one by one. */
export const maxDeliveriesOfRecovery = 1_000;
export const maxTypesOfRecovery = 100;
/** Of one tenant, at once: each has a workflow that takes a step about every second. */
export const maxRunningRecoveriesPerTenant = 100;

/** While nothing is due by itself, somebody wakes a workflow as a rule; should the wake be lost, it looks by itself. */
export const fallbackMs = 900_000;
