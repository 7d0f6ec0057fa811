import type { WorkflowType } from '../../contract/temporal.js';
import type { Answer } from '../../domain/answer.js';
import { drainGateOf } from '../../domain/gate.js';
import { rowsExpiredReason } from '../../domain/imports/rowsExpired.js';
import { batchIdOf } from '../../domain/imports/batchId.js';
import { afterBatch } from '../../domain/imports/batchTransition.js';
import {
  lookAtBatches,
  type BatchSituation,
  type PlannedBatch,
} from '../../store/batchSituation.js';
import { markRowsExpired, mayDropRows } from '../../store/expireRows.js';
import { endAcknowledged, failBatches } from '../../store/moveBatches.js';
import { queueOpenOfGone } from '../../store/endpointDeliveries.js';
import { closeByGate } from '../../store/moveDeliveries.js';
import type { Pool } from '../../store/pool.js';
import { readBatchEvent, type BatchEvent } from '../../store/readBatchEvent.js';
import {
  fixBatch,
  recordBatch,
  type MadeBody,
  type RecordedBatch,
} from '../../store/recordBatch.js';
import type { Sealer } from '../../store/sealer.js';
import type { Log } from '../../telemetry/log.js';
import type { Metrics } from '../../telemetry/metrics/createMetrics.js';
import type { Tracing } from '../../telemetry/tracing/tracing.js';
import { tracedAttempt } from '../tracedAttempt.js';
import { endpointRequest } from '../endpointRequest.js';
import { noteAnswer, type HealthKeeper } from '../healthKeeper.js';
import type { Sender } from '../sender.js';
import { writeWithRetries } from '../writeWithRetries.js';
import type { BatchBodies, BatchBody } from './batchBodies.js';
import { BodyAhead } from './bodyAhead.js';
import { BatchLease } from './batchLease.js';
import { batchRecordOf } from './batchRecordOf.js';
import { logBatch } from './logBatch.js';

export interface BatchSliceDeps {
  pool: Pool;
  sender: Sender;
  sealer: Sealer;
  log: Log;
  metrics: Metrics;
  tracing: Tracing;
  health: HealthKeeper;
  bodies: BatchBodies;
}

export interface BatchSliceClaim {
  claimant: string;
  lease: BatchLease;
  runId: string;
  /** Whether no further batch is to begin. */
  isOver: () => boolean;
}

const ownWorkflow: WorkflowType = 'deliverBatches';

/** Timers may fire that much early. */
const dueWithinMs = 50;

/**
 * Consecutive batches of one delivery under one claim. Between an answer and the next request stands one statement; the
 * next body is made meanwhile.
 */
export class BatchSlice {
  constructor(
    private readonly deps: BatchSliceDeps,
    private readonly claim: BatchSliceClaim,
  ) {}

  /** Until a batch fails, none may be sent any more, or the slice is over. */
  async send(claimed: BatchSituation): Promise<void> {
    if (!(await this.#maySend(claimed))) return;
    const { pool, bodies } = this.deps;
    const event = await readBatchEvent(pool, claimed.eventId);
    const ahead = new BodyAhead(bodies, event);
    try {
      let run: BatchSituation | null = claimed;
      do run = await this.#sendNext(run, event, ahead);
      while (run !== null && (await this.#maySend(run)));
    } finally {
      ahead.forget();
    }
  }

  /** One attempt at the next batch; how everything stands then, or null where it wasn't acknowledged in its turn. */
  async #sendNext(
    run: BatchSituation,
    event: BatchEvent,
    ahead: BodyAhead,
  ): Promise<BatchSituation | null> {
    const { pool, bodies } = this.deps;
    const [batch] = run.next;
    if (batch === undefined) {
      await endAcknowledged(pool, run.id);
      return null;
    }
    const body = (await ahead.of(batch.number)) ?? (await bodies.make(run, event, batch));
    if (body === null) {
      await this.#failWithoutRows(run);
      return null;
    }
    if (batch.sha256 === null) await fixBatch(pool, run.id, body);
    const { counts, acknowledges, situation } = await this.#attempt(run, batch, body, ahead);
    return counts && acknowledges ? situation : null;
  }

  async #maySend(run: BatchSituation): Promise<boolean> {
    if (run.state !== 'pending' && run.state !== 'retrying') return false;
    if (!run.isClaimed || run.paused || run.waitMs > dueWithinMs) return false;
    // Also where no batch is planned yet: without its rows none will ever be.
    if (run.rowsExpired) {
      await this.#failExpired(run);
      return false;
    }
    if (run.batchCount === null) return false;
    const gate = drainGateOf(run.endpoint);
    if (!gate.open) {
      await closeByGate(this.deps.pool, { deliveryId: run.id, claimant: null }, gate);
      return false;
    }
    return !this.claim.isOver();
  }

  /** They went while the batch was being made; anything else that takes rows away is our own fault. */
  async #failWithoutRows(run: BatchSituation): Promise<void> {
    const now = await lookAtBatches(this.deps.pool, run.id);
    if (now?.rowsExpired !== true)
      throw new Error(`Rows of the import ${run.importName} are gone.`);
    await this.#failExpired(run);
  }

  async #failExpired({ id }: BatchSituation): Promise<void> {
    const { runId } = this.claim;
    const failed = await failBatches(this.deps.pool, id, { reason: rowsExpiredReason, runId });
    if (failed) this.deps.metrics.deliveriesFailed.inc({ cause: 'expired' });
  }

  /** One attempt at one batch, recorded; the next body is made meanwhile. */
  async #attempt(
    run: BatchSituation,
    batch: PlannedBatch,
    body: BatchBody,
    ahead: BodyAhead,
  ): Promise<RecordedBatch> {
    const { lease } = this.claim;
    const [, after] = run.next;
    lease.throwIfLost();
    const answering = this.#exchange(run, body);
    ahead.begin(run, after, body.bytes.length);
    const answer = await answering;
    const next = await ahead.of(batch.number + 1);
    return await this.#record(run, batch, answer, next);
  }

  async #exchange(run: BatchSituation, body: BatchBody): Promise<Answer> {
    const { sender, sealer, tracing } = this.deps;
    const { lease, runId } = this.claim;
    const { timeoutMs } = run;
    const attempt = { delivery: run, runId, workflow: ownWorkflow, batch: body.number };
    return await tracedAttempt(tracing, attempt, run.traceParent, async (traceParent) => {
      const request = endpointRequest(sealer, run, run.endpoint, {
        webhookId: batchIdOf(run.id, body.number),
        body: body.bytes,
        contentType: body.contentType,
        formatHeaders: body.headers,
        traceParent,
      });
      return await sender.send({ ...request, timeoutMs, signal: lease.signal });
    });
  }

  async #record(
    run: BatchSituation,
    batch: PlannedBatch,
    answer: Answer,
    ahead: MadeBody | null,
  ): Promise<RecordedBatch> {
    const { pool, log } = this.deps;
    const { claimant, lease, runId } = this.claim;
    const transition = afterBatch(
      {
        answer,
        number: run.attemptCount + 1,
        scheduleSeconds: run.scheduleSeconds,
        random: Math.random(),
        nowMs: Date.now(),
        oneOff: run.endpoint.oneOff,
      },
      { number: batch.number, batches: run.batchCount ?? 0 },
    );
    const askedAtMs = BatchLease.nowMs();
    const record = {
      ...batchRecordOf(run, batch, answer, transition),
      ...{ claimant, runId },
      ahead: ahead && { number: ahead.number, renderer: ahead.renderer, sha256: ahead.sha256 },
    };
    const recorded = await writeWithRetries(() => recordBatch(pool, record));
    if (recorded.situation.isClaimed) lease.renewed(askedAtMs);
    logBatch(log, run, { batch, answer, recorded });
    this.#count(batch, answer, recorded);
    await noteAnswer(this.deps.health, run.endpointId, run.endpoint, answer);
    if (transition.disablesEndpoint && recorded.counts) {
      await queueOpenOfGone(pool, run.endpointId);
    }
    if (recorded.situation.state === 'delivered' && (await mayDropRows(pool, run.importId))) {
      await markRowsExpired(pool, run.importId);
    }
    return recorded;
  }

  #count(
    batch: PlannedBatch,
    answer: Answer,
    { counts, acknowledges, situation: { state } }: RecordedBatch,
  ): void {
    const { batches, batchRows, lateAnswers, deliveriesFailed } = this.deps.metrics;
    if (!counts && !acknowledges) lateAnswers.inc({});
    if (counts && state === 'failed') deliveriesFailed.inc({ cause: 'attempts used up' });
    batches.inc({ outcome: answer.failure ?? 'success' });
    if (acknowledges) batchRows.inc({}, batch.rowCount);
  }
}
