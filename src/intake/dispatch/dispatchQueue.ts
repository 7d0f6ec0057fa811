import { tenantKey } from '../../domain/refs.js';
import type { OutboxEntry } from '../../store/outbox.js';
import { Tally } from '../tally.js';
import { FairQueue } from './fairQueue.js';

/** How long this process has, before other dispatchers may take what it accepted or claimed. */
export const ownLeaseMs = 5_000;

export interface LeasedEntry extends OutboxEntry {
  /** By this process's clock; from then on another dispatcher may start it, so this one doesn't. */
  leasedUntilMs: number;
}

/**
 * At 60 starts a second what waits here is started in half of its lease. (With 256, one in five was claimed again
 * before its start was done, and so started twice.) Beyond that the backlog stays in Postgres, from where it is taken
 * tenant by tenant, too. Some of a tenant always get in: without that, two tenants whose starts have to wait fill it, and
 * everybody else waited for up to 3 s.
 */
const bounds = { total: 128, perKey: 64, assuredPerKey: 4 };

/** What this process has leased and will start, tenant by tenant. */
export class DispatchQueue {
  readonly #queue = new FairQueue<LeasedEntry>(bounds);
  readonly #reserved = new Tally();
  /** Called when something was added. */
  onAdded: () => void = () => undefined;

  constructor(private readonly leaseMs: number) {}

  get size(): number {
    return this.#queue.size;
  }

  /** How many may be claimed from Postgres now, and tenants of which none: they would fill it with what waits for its turn. */
  get room(): { places: number; except: string[] } {
    return this.#queue.room(this.#reserved.total);
  }

  /** Takes a place for an entry before it is committed. False: no place, or its tenant has its share already. */
  reserve(entry: OutboxEntry): boolean {
    const key = tenantKey(entry);
    const { total } = this.#reserved;
    if (!this.#queue.hasRoom(key, { total, ofKey: this.#reserved.of(key) })) return false;
    this.#reserved.add(key);
    return true;
  }

  /** Fills the reserved place, after the commit. */
  add(entry: OutboxEntry): void {
    this.#reserved.remove(tenantKey(entry));
    this.push(entry);
  }

  /** Gives the reserved place back. */
  cancel(entry: OutboxEntry): void {
    this.#reserved.remove(tenantKey(entry));
  }

  /** Adds what was claimed from Postgres just now; the claim was bounded by `room`. */
  push(entry: OutboxEntry): void {
    this.#queue.push(tenantKey(entry), { ...entry, leasedUntilMs: Date.now() + this.leaseMs });
    this.onAdded();
  }

  /** The next entry whose lease still holds with a margin, of a tenant that may have one started. */
  shift(marginMs: number, mayStart?: (tenant: string) => boolean): LeasedEntry | undefined {
    this.forgetLapsed(marginMs);
    return this.#queue.shift(mayStart);
  }

  /** Makes room: what wasn't started in time is another dispatcher's, or this one's by a new claim. */
  forgetLapsed(marginMs: number): void {
    const nowMs = Date.now();
    this.#queue.forget(({ leasedUntilMs }) => leasedUntilMs - marginMs <= nowMs);
  }

  /**
   * What was queued for an endpoint alone has nothing to start any more. Should it have after all, its row is still there,
   * and is claimed again when its lease ends.
   */
  forgetEndpoint(endpointId: string): void {
    this.#queue.remove(
      ({ kind, endpointIds: [first, ...more] }) =>
        kind === 'deliverEvent' && first === endpointId && more.length === 0,
    );
  }
}
