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
 * What a tenant may have in flight to begin with: one more for each start that came through, down to this again where
 * they fail. So an endpoint that is down is found out with few starts, and its neighbours go on. (With all 50 at once,
 * the first second of an outage at 500 events a second had twenty starts under way, and everybody waited for 0.4 s.)
 */
const firstInFlight = 4;

interface Start {
  tenant: string;
  isStarted: boolean;
  attempts: number;
  lingersFromMs: number;
}

/**
 * The starts whose first attempts are under way. Those that wait for receivers take no others' places, up to twice as many
 * as may be in flight, which with these are three quarters of the workers' slots; no tenant has more of both together than
 * may be in flight; and from half of them on, a tenant of which one waits begins no further. So tenants whose receivers hang
 * hold up their own events, and nobody else's. (Without it: one with six hanging endpoints kept all others waiting for
 * 15 s, and so did twelve with one each.) Nor has one many before the first have come through.
 */
export class StartsInFlight {
  readonly #starts = new Set<Start>();
  /** How many each tenant may have, of those that have some. */
  readonly #allowed = new Map<string, number>();

  constructor(private readonly bound: number) {}

  /** Whether another may begin where so many may be in flight now, and so many of them not be started yet. */
  hasRoom(limit: number, limitOfBeingStarted: number): boolean {
    const beingStarted = [...this.#starts].filter(({ isStarted }) => !isStarted);
    if (beingStarted.length >= limitOfBeingStarted) return false;
    const beyond = this.#lingering().slice(2 * this.bound);
    const inTheirPlaces = [...[...this.#starts].filter((start) => !lingers(start)), ...beyond];
    return inTheirPlaces.length < limit && attemptsOf(inTheirPlaces) < maxAttempts;
  }

  /** Whether a tenant may begin no other now, where it may have `perTenant` in their places, or fewer. */
  isFullFor(tenant: string, perTenant = this.bound): boolean {
    return this.#hasAll(tenant, Math.min(perTenant, this.#allowedTo(tenant)));
  }

  #hasAll(tenant: string, allowed: number): boolean {
    const own = [...this.#starts].filter((start) => start.tenant === tenant);
    if (own.length >= this.bound || attemptsOf(own) >= maxAttempts) return true;
    const lingering = own.filter(lingers).length;
    if (lingering > 0 && this.#lingering().length >= this.bound) return true;
    return own.length - lingering >= allowed;
  }

  /** The tenants that may begin no other now, and will not soon: their receivers are waited for. */
  heldUpTenants(): string[] {
    const tenants = new Set(this.#lingering().map(({ tenant }) => tenant));
    return [...tenants].filter((tenant) => this.#hasAll(tenant, this.bound));
  }

  /** Counts a start of an event with so many deliveries: until it has `started`, and until its `end`. */
  begin(
    tenant: string,
    deliveries: number,
  ): { started: () => void; end: (outcome: { failed: boolean }) => void } {
    const attempts = Math.min(deliveries, maxAttemptsAtOncePerEvent);
    const lingersFromMs = Date.now() + lingersAfterMs;
    const start = { tenant, isStarted: false, attempts, lingersFromMs };
    this.#starts.add(start);
    return {
      started: () => void (start.isStarted = true),
      end: ({ failed }) => {
        this.#starts.delete(start);
        this.#learn(tenant, failed ? -1 : 1);
      },
    };
  }

  /** The oldest first. */
  #lingering(): Start[] {
    return [...this.#starts].filter(lingers);
  }

  #allowedTo(tenant: string): number {
    return this.#allowed.get(tenant) ?? Math.min(firstInFlight, this.bound);
  }

  #learn(tenant: string, change: 1 | -1): void {
    const isIdle = ![...this.#starts].some((start) => start.tenant === tenant);
    const changed = this.#allowedTo(tenant) + change;
    if (isIdle) this.#allowed.delete(tenant);
    else if (changed >= firstInFlight && changed <= this.bound) this.#allowed.set(tenant, changed);
  }
}

function lingers({ lingersFromMs }: Start): boolean {
  return lingersFromMs <= Date.now();
}

function attemptsOf(starts: readonly Start[]): number {
  return starts.reduce((sum, { attempts }) => sum + attempts, 0);
}
