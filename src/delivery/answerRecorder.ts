import { isDataError } from '../store/isDataError.js';
import type { AttemptRecord } from '../store/recordAttempts.js';
import { writeWithRetries } from './writeWithRetries.js';

/** Answers that came within this time are committed in one statement. */
const defaultGatherMs = 20;
const maxRecordsPerStatement = 500;

export interface RecorderBounds {
  /** 0: what comes in the same turn of the event loop. (A timer of none is one of at least 1 ms: a fifth of an ordered delivery.) */
  gatherMs: number;
  /** Statements under way at once; what comes meanwhile is gathered. */
  statements: number;
}

interface Waiting {
  record: AttemptRecord;
  resolve: (counted: boolean) => void;
  reject: (error: unknown) => void;
}

/**
 * Gathers answers from all activities of this process and commits them as they come, so that one hanging receiver
 * delays nobody's commit. The queue is bounded by the attempts in flight, each of which waits for its own record.
 */
export class AnswerRecorder {
  #waiting: Waiting[] = [];
  #scheduled = false;
  #statements = 0;

  constructor(
    /** Writes the records given; resolves with the ids of the deliveries whose transition counted. */
    private readonly write: (records: AttemptRecord[]) => Promise<Set<string>>,
    private readonly bounds: RecorderBounds = {
      gatherMs: defaultGatherMs,
      statements: Number.POSITIVE_INFINITY,
    },
  ) {}

  /** Resolves when the record is committed: whether its transition counted, or it was late. */
  record(record: AttemptRecord): Promise<boolean> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ record, resolve, reject });
      this.#schedule();
    });
  }

  #schedule(): void {
    if (this.#scheduled || this.#waiting.length === 0) return;
    if (this.#statements >= this.bounds.statements) return;
    this.#scheduled = true;
    const { gatherMs } = this.bounds;
    const later = (write: () => void): unknown =>
      gatherMs === 0 ? setImmediate(write) : setTimeout(write, gatherMs);
    later(() => {
      this.#scheduled = false;
      this.#statements += 1;
      void this.#flush(this.#take()).finally(() => {
        this.#statements -= 1;
        this.#schedule();
      });
      this.#schedule();
    });
  }

  /** Takes the next batch; a second record of the same delivery waits for the next one. */
  #take(): Waiting[] {
    const batch = new Map<string, Waiting>();
    const rest: Waiting[] = [];
    for (const one of this.#waiting) {
      const { deliveryId } = one.record;
      if (batch.size < maxRecordsPerStatement && !batch.has(deliveryId)) batch.set(deliveryId, one);
      else rest.push(one);
    }
    this.#waiting = rest;
    return [...batch.values()];
  }

  async #flush(batch: Waiting[]): Promise<void> {
    const records = batch.map(({ record }) => record);
    try {
      const counted = await writeWithRetries(() => this.write(records));
      for (const { record, resolve } of batch) resolve(counted.has(record.deliveryId));
    } catch (error) {
      // A record that Postgres can't take must not fail those that happened to come with it.
      if (batch.length > 1 && isDataError(error)) {
        await Promise.all(batch.map((one) => this.#flush([one])));
      } else {
        for (const { reject } of batch) reject(error);
      }
    }
  }
}
