import { maxAttemptsAtOncePerEvent, maxLocalAttemptsAtOnce } from '../../domain/limits.js';

/**
 * First attempts of the events in flight from which no further event is started: twice the places there are, so that
 * one half is sent while the other is committed. (Without it, 50 events of fan-out 100 crowd each other out of the
 * local lane, until their workflow tasks time out: 500 ms of CPU each. With it and places freed early: 50.)
 */
const maxAttempts = 2 * maxLocalAttemptsAtOnce;
/** From then on a start waits for receivers and costs this process nothing; on a busy machine starts take up to this. */
const lingersAfterMs = 1_000;

/**
 * Those of them that Temporal is being asked for at once; what comes after that waits for receivers, this costs CPU, and in
 * a queue here tenants take turns. (Without it, 48 events of a burst went into one turn: each start of anybody took 0.6 s
 * where it takes 0.03, and the next second brought another 37. With 8: 0.05 s.)
 */
const maxBeingStarted = 8;

interface Start {
  tenant: string;
  isStarted: boolean;
  attempts: number;
  lingersFromMs: number;
}

/**
 * The starts whose first attempts are under way. Those that wait for receivers take no others' places, up to as many
 * again as may be in flight, which the workers' slots hold twice over; and no tenant has more of both together than
 * may be in flight. So a tenant whose receivers hang holds up its own events, and nobody else's. (Without it: one with
 * six hanging endpoints kept all others waiting for 15 s.)
 */
export class StartsInFlight {
  readonly #starts = new Set<Start>();

  constructor(private readonly bound: number) {}

  /** Whether another may begin where `limit` may be in flight now. */
  hasRoom(limit: number): boolean {
    if ([...this.#starts].filter((start) => !start.isStarted).length >= maxBeingStarted) {
      return false;
    }
    const nowMs = Date.now();
    const inTheirPlaces: Start[] = [];
    let lingering = 0;
    for (const start of this.#starts) {
      if (start.lingersFromMs <= nowMs && lingering < this.bound) lingering += 1;
      else inTheirPlaces.push(start);
    }
    return inTheirPlaces.length < limit && attemptsOf(inTheirPlaces) < maxAttempts;
  }

  /** Whether a tenant may begin no other now, where it may have `perTenant` in their places. */
  isFullFor(tenant: string, perTenant = this.bound): boolean {
    const own = [...this.#starts].filter((start) => start.tenant === tenant);
    if (own.length >= this.bound || attemptsOf(own) >= maxAttempts) return true;
    const nowMs = Date.now();
    return own.filter(({ lingersFromMs }) => lingersFromMs > nowMs).length >= perTenant;
  }

  /** The tenants that may begin no other now, and will not soon: their receivers are waited for. */
  heldUpTenants(): string[] {
    const nowMs = Date.now();
    const lingering = [...this.#starts].filter(({ lingersFromMs }) => lingersFromMs <= nowMs);
    const tenants = new Set(lingering.map(({ tenant }) => tenant));
    return [...tenants].filter((tenant) => this.isFullFor(tenant));
  }

  /** Counts a start of an event with so many deliveries: until it has `started`, and until its `end`. */
  begin(tenant: string, deliveries: number): { started: () => void; end: () => void } {
    const attempts = Math.min(deliveries, maxAttemptsAtOncePerEvent);
    const lingersFromMs = Date.now() + lingersAfterMs;
    const start = { tenant, isStarted: false, attempts, lingersFromMs };
    this.#starts.add(start);
    return {
      started: () => void (start.isStarted = true),
      end: () => void this.#starts.delete(start),
    };
  }
}

function attemptsOf(starts: readonly Start[]): number {
  return starts.reduce((sum, { attempts }) => sum + attempts, 0);
}
