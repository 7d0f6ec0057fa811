import { createHash } from 'node:crypto';
import { Problem } from '../../domain/problem.js';
import { tenantKey } from '../../domain/refs.js';
import { isDataError } from '../../store/isDataError.js';
import { acceptGroup } from './acceptGroup.js';
import { DataSchemas } from '../../jsonSchema/dataSchemas.js';
import type { AcceptRequest, AcceptResult } from '../intake.js';
import { Tally } from '../tally.js';
import { checkOneOff } from './checkOneOff.js';
import { idempotencyKeyPattern, idempotencyKeyRule } from './idempotencyKey.js';
import { inFlight } from './idempotencyProblems.js';
import { parseEvent } from './parseEvent.js';
import { refuseReservedEvent } from '../refuseReserved.js';
import type { AcceptDeps, Submission, SubmissionKey } from './submission.js';

/** Events committed together: what came within one turn of the event loop. */
const maxGroupSize = 200;
/** Or fewer, where they are large: Postgres takes 1 GB in a statement, and each is in it twice and more. */
const maxGroupBytes = 16_777_216;
/** Groups being committed at once. (A statement per event: 5,400 events/s; groups, three at once: 11,000.) */
const maxGroupsInFlight = 3;
/** Submissions waiting for a group; beyond that the answer is 503. */
const maxWaiting = 10_000;
const maxWaitingBytes = 134_217_728;

interface Waiting extends Submission {
  resolve: (result: AcceptResult) => void;
  reject: (error: unknown) => void;
}

/** Accepts events in groups: each is answered after the commit of its group, and fails alone. */
export class Acceptor {
  #waiting: Waiting[] = [];
  /** Of the groups being committed. */
  readonly #sequencesInFlight = new Set<object>();
  #waitingBytes = 0;
  readonly #keysInFlight = new Set<string>();
  /** What accepting needs, whoever makes the events. */
  readonly deps: AcceptDeps;
  /** The submissions that are being worked on now, by tenant; dispatch gives way while they are many. */
  readonly underWay = new Tally();
  #groupsInFlight = 0;
  #scheduled = false;

  constructor(deps: Omit<AcceptDeps, 'schemas'>) {
    this.deps = { ...deps, schemas: new DataSchemas() };
  }

  async accept(request: AcceptRequest): Promise<AcceptResult> {
    const event = parseEvent(request.rawBody);
    const { byteLength: bytes } = request.rawBody;
    const idempotency = keyOf(request);
    return await this.submit({
      ...{ request, event, bytes, idempotency, madeBy: null, sequence: null },
      traceParent: request.traceParent ?? null,
    });
  }

  /** The same for an event that has been read. Throws a `Problem` where it is refused. */
  async submit(given: Submission): Promise<AcceptResult> {
    const { bytes, idempotency, madeBy, sequence, traceParent } = given;
    const { environment, tenant } = given.request;
    refuseReservedEvent(given.request, given.event.type);
    const event = checkOneOff(this.deps.guard, given.event);
    // Without the raw body, which would be held until the commit.
    const submission = {
      ...{ request: { environment, tenant }, event, bytes, idempotency, madeBy, sequence },
      traceParent,
    };
    if (idempotency === null) return await this.#enqueue(submission);

    const { route, key, pointer } = idempotency;
    const name = [environment, tenant, route, key].join('\n');
    if (this.#keysInFlight.has(name)) throw inFlight(pointer);
    this.#keysInFlight.add(name);
    try {
      return await this.#enqueue(submission);
    } finally {
      this.#keysInFlight.delete(name);
    }
  }

  async #enqueue(submission: Submission): Promise<AcceptResult> {
    if (this.#waiting.length >= maxWaiting || this.#waitingBytes >= maxWaitingBytes) {
      throw new Problem(
        'unavailable',
        'More events are being submitted than can be taken; try again.',
      );
    }
    const tenant = tenantKey(submission.request);
    this.underWay.add(tenant);
    try {
      return await new Promise((resolve, reject) => {
        this.#waiting.push({ ...submission, resolve, reject });
        this.#waitingBytes += submission.bytes;
        this.#schedule();
      });
    } finally {
      this.underWay.remove(tenant);
    }
  }

  #schedule(): void {
    if (this.#scheduled || this.#waiting.length === 0) return;
    if (this.#groupsInFlight >= maxGroupsInFlight) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      const group = this.#take();
      // All that wait have to come after what is being committed.
      if (group.length === 0) return;
      const sequences = sequencesOf(group);
      for (const sequence of sequences) this.#sequencesInFlight.add(sequence);
      this.#groupsInFlight += 1;
      void this.#commit(group).finally(() => {
        this.#groupsInFlight -= 1;
        for (const sequence of sequences) this.#sequencesInFlight.delete(sequence);
        this.#schedule();
      });
      this.#schedule();
    });
  }

  /** The next group, without what has to come after a group that is being committed: one event at least, if any may. */
  #take(): Waiting[] {
    const group = new Set<Waiting>();
    let bytes = 0;
    for (const one of this.#waiting) {
      if (one.sequence !== null && this.#sequencesInFlight.has(one.sequence)) continue;
      if (group.size >= maxGroupSize) break;
      if (group.size > 0 && bytes + one.bytes > maxGroupBytes) break;
      group.add(one);
      bytes += one.bytes;
    }
    this.#waitingBytes -= bytes;
    this.#waiting = this.#waiting.filter((one) => !group.has(one));
    return [...group];
  }

  async #commit(group: Waiting[]): Promise<void> {
    try {
      const results = await acceptGroup(this.deps, group);
      group.forEach(({ resolve, reject }, index) => {
        const result = results[index];
        if (result === undefined || result instanceof Problem) reject(result);
        else resolve(result);
      });
    } catch (error) {
      // What the database can't store must not fail the events that happened to come with it.
      if (group.length > 1 && isDataError(error)) {
        for (const one of group) await this.#commit([one]);
      } else {
        for (const { reject } of group) reject(error);
      }
    }
  }
}

function sequencesOf(group: readonly Waiting[]): Set<object> {
  return new Set(group.map(({ sequence }) => sequence).filter((sequence) => sequence !== null));
}

function keyOf({ idempotencyKey: key, rawBody }: AcceptRequest): SubmissionKey | null {
  if (key === null) return null;
  const pointer = '#header/idempotency-key';
  if (!idempotencyKeyPattern.test(key)) {
    const detail = idempotencyKeyRule;
    throw new Problem('bad_request', `${detail}.`, [{ pointer, detail }]);
  }
  const fingerprint = createHash('sha256').update(rawBody).digest();
  return { route: 'POST /events', key, pointer, fingerprint };
}
