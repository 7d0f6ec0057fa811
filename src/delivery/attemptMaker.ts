import type { BatchedDelivery, DeliveryReport } from '../contract/activities.js';
import type { WorkflowType } from '../contract/temporal.js';
import { answerText, type Answer } from '../domain/answer.js';
import { drainGateOf, gateOf } from '../domain/gate.js';
import { showId } from '../domain/ids.js';
import { laneOf } from '../domain/lane.js';
import { defaultTimeoutMs, leaseMarginMs } from '../domain/limits.js';
import { attemptsAllowed } from '../domain/retrySchedule.js';
import { afterAttempt, afterDrained, type Transition } from '../domain/transition.js';
import { hasExpired, timingOf } from '../domain/timing.js';
import { releaseClaims, type StoredBody } from '../store/claimDeliveries.js';
import { openEventHeaders } from '../store/eventHeaders.js';
import { expireClaimed } from '../store/expireDeliveries.js';
import { lookAtDeliveries, type DeliveryRow } from '../store/lookAtDeliveries.js';
import { queueOpenOfGone } from '../store/endpointDeliveries.js';
import { closeByGate } from '../store/moveDeliveries.js';
import type { Pool } from '../store/pool.js';
import { recordAttempts, type AttemptRecord } from '../store/recordAttempts.js';
import type { Sealer } from '../store/sealer.js';
import type { Log } from '../telemetry/log.js';
import type { Metrics } from '../telemetry/metrics/createMetrics.js';
import type { Tracing } from '../telemetry/tracing/tracing.js';
import { AnswerRecorder } from './answerRecorder.js';
import { tracedAttempt } from './tracedAttempt.js';
import type { Claim } from './claim.js';
import { endpointRequest } from './endpointRequest.js';
import { noteAnswer, type HealthKeeper } from './healthKeeper.js';
import { logAttempt } from './logAttempt.js';
import { recordOf } from './recordOf.js';
import type { Sender } from './sender.js';
import { SlowEndpoints } from './slowEndpoints.js';

export interface AttemptMakerDeps {
  pool: Pool;
  sender: Sender;
  sealer: Sealer;
  log: Log;
  metrics: Metrics;
  tracing: Tracing;
  health: HealthKeeper;
}

/** Half the margin: a request that starts within it ends before the lease does. */
const startWithinMs = leaseMarginMs / 2;

const drainRecording = { gatherMs: 0, statements: 2 };

const firstWorkflow: WorkflowType = 'deliverEvent';

/** Makes the attempts of this process: asks the gate, sends, decides, records, logs. */
export class AttemptMaker {
  readonly slowEndpoints = new SlowEndpoints();
  readonly #recorder: AnswerRecorder;
  /** Where they are sent one after the other, each waits for the record of the one before. */
  readonly #drainRecorder: AnswerRecorder;

  constructor(private readonly deps: AttemptMakerDeps) {
    const record = (records: AttemptRecord[]): Promise<Set<string>> =>
      recordAttempts(deps.pool, records);
    this.#recorder = new AnswerRecorder(record);
    this.#drainRecorder = new AnswerRecorder(record, drainRecording);
  }

  /**
   * One attempt under a claim. The receiver's failure is part of the report; our own is thrown. `onAnswered` is called
   * when the exchange is over and its record is still to be committed.
   */
  async make(
    claim: Claim,
    body: StoredBody | undefined,
    onAnswered?: () => void,
  ): Promise<DeliveryReport> {
    const { delivery } = claim;
    if (hasExpired(delivery)) {
      const { claimant, runId } = claim;
      const ref = { deliveryId: delivery.id, claimant, runId };
      const failed = await expireClaimed(this.deps.pool, ref);
      if (failed) this.deps.metrics.deliveriesFailed.inc({ cause: 'expired' });
      return await this.#lookAgain(delivery);
    }
    const isDrained = claim.lane === 'drain';
    const gate = isDrained ? drainGateOf(delivery.endpoint) : gateOf(delivery.endpoint);
    if (!gate.open) {
      const { claimant } = claim;
      await closeByGate(this.deps.pool, { deliveryId: delivery.id, claimant }, gate);
      return await this.#lookAgain(delivery);
    }
    if (body === undefined) {
      throw new Error(
        `The body of ${showId('event', delivery.eventId)} as ${delivery.format} is gone.`,
      );
    }
    if (isTooLate(claim)) {
      await releaseClaims(this.deps.pool, claim.claimant, [delivery.id]);
      return this.report(delivery);
    }

    const answer = await this.#send(claim, body);
    onAnswered?.();
    this.#countAttempt(claim, answer);
    this.slowEndpoints.note(delivery.endpointId, answer.durationMs, Date.now());
    const transition = transitionOf(claim, answer);
    const recorder = isDrained ? this.#drainRecorder : this.#recorder;
    const counted = await recorder.record(recordOf(claim, answer, transition));
    this.#countOutcome(transition, counted);
    logAttempt(this.deps.log, delivery, { answer, transition, counted });
    await noteAnswer(this.deps.health, delivery.endpointId, delivery.endpoint, answer);
    if (!counted) return await this.#lookAgain(delivery);
    if (transition.disablesEndpoint) {
      await queueOpenOfGone(this.deps.pool, delivery.endpointId);
    }
    return this.report({
      ...delivery,
      state: transition.state,
      attemptCount: delivery.attemptCount + 1,
      lastAnswer: answerText(answer),
      ...untilNext(claim, transition),
    });
  }

  /** Ends the requests under way; they are made again when their leases have ended. No further one can be made. */
  async cutOff(): Promise<void> {
    await this.deps.sender.close();
  }

  /** A delivery as its workflow sees it. */
  report(row: DeliveryRow): DeliveryReport {
    const timing = timingOf(row);
    return {
      deliveryId: showId('delivery', row.id),
      state: row.state,
      round: row.round,
      attemptCount: row.attemptCount,
      attemptsAllowed: attemptsAllowed(row.scheduleSeconds),
      lastAnswer: row.lastAnswer,
      waitMs: Math.ceil(row.waitMs),
      ...(timing !== null && { timing }),
      lane: laneOf({
        number: row.attemptCount + 1,
        timeoutMs: row.timeoutMs,
        crowded: this.slowEndpoints.has(row.endpointId, Date.now()),
      }),
      ...(row.timeoutMs > defaultTimeoutMs && { takesLong: true as const }),
      ...(row.importName !== null && {
        inBatches: { ...batchedOf(row), importName: row.importName },
      }),
    };
  }

  async #lookAgain(delivery: DeliveryRow): Promise<DeliveryReport> {
    const [row] = await lookAtDeliveries(this.deps.pool, { deliveryId: delivery.id });
    return this.report(row ?? delivery);
  }

  async #send(claim: Claim, body: StoredBody): Promise<Answer> {
    const { sealer, sender, tracing } = this.deps;
    const { delivery } = claim;
    return await tracedAttempt(tracing, claim, body.traceParent, async (traceParent) => {
      const event = { ...delivery, id: delivery.eventId };
      const request = endpointRequest(sealer, delivery, delivery.endpoint, {
        webhookId: showId('event', delivery.eventId),
        body: body.body,
        contentType: body.contentType,
        formatHeaders: body.headers,
        traceParent,
        eventHeaders: openEventHeaders(sealer, event, body.eventHeadersSealed),
      });
      return await sender.send({ ...request, timeoutMs: delivery.timeoutMs });
    });
  }

  #countAttempt({ delivery, workflow, lane, claimedAtMs }: Claim, answer: Answer): void {
    const { attempts, attemptSeconds, firstAttemptDelaySeconds } = this.deps.metrics;
    attempts.inc({ outcome: answer.failure ?? 'success', lane });
    attemptSeconds.observe({ lane }, answer.durationMs / 1_000);
    const isFirst = delivery.round === 1 && delivery.attemptCount === 0;
    // What waited for its endpoint is sent by its drain, also in its first round.
    if (isFirst && workflow === firstWorkflow) {
      const delayMs = delivery.overdueMs + answer.startedAtMs - claimedAtMs;
      firstAttemptDelaySeconds.observe({}, Math.max(0, delayMs) / 1_000);
    }
  }

  #countOutcome({ state }: Transition, counted: boolean): void {
    const { lateAnswers, deliveriesFailed } = this.deps.metrics;
    if (!counted) lateAnswers.inc({});
    else if (state === 'failed') deliveriesFailed.inc({ cause: 'attempts used up' });
  }
}

/** Whether a claim is so old that a request that starts now might outlast its lease. */
export function isTooLate({ claimedAtMs }: Claim): boolean {
  return Date.now() - claimedAtMs > startWithinMs;
}

/** The wait for the next attempt, or, where that is sooner, until it expires. */
function untilNext(
  { delivery: { expiresInMs }, claimedAtMs }: Claim,
  { waitMs }: Transition,
): Pick<DeliveryRow, 'waitMs' | 'expiresInMs'> {
  const wait = waitMs ?? 0;
  if (expiresInMs === null) return { waitMs: wait, expiresInMs };
  const leftMs = expiresInMs - (Date.now() - claimedAtMs);
  return { waitMs: Math.max(0, Math.min(wait, leftMs)), expiresInMs: leftMs };
}

function batchedOf(row: DeliveryRow): Omit<BatchedDelivery, 'importName'> {
  const { environment, tenant, eventType, endpointId } = row;
  return { environment, tenant, eventType, endpointId };
}

function transitionOf({ delivery, lane }: Claim, answer: Answer): Transition {
  const made = {
    answer,
    number: delivery.attemptCount + 1,
    scheduleSeconds: delivery.scheduleSeconds,
    random: Math.random(),
    nowMs: Date.now(),
    oneOff: delivery.endpoint.oneOff,
  };
  return lane === 'drain' ? afterDrained(made, delivery.endpoint) : afterAttempt(made);
}
