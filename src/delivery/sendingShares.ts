import { maxFirstAttemptsPerEndpoint, maxLocalAttemptsAtOnce } from '../domain/limits.js';

export interface ShareBounds {
  /** In flight at once. */
  total: number;
  perEndpoint: number;
  /** When a tenant is held to half of all. */
  halvedFor: 'all tenants' | 'those in the way of others';
  /** How long one waits for its place. */
  waitMs: number;
}

/** An attempt that finds no place leaves for the `attempts` queue. */
const localLane: ShareBounds = {
  total: maxLocalAttemptsAtOnce,
  perEndpoint: maxFirstAttemptsPerEndpoint,
  halvedFor: 'those in the way of others',
  waitMs: 100,
};

interface Waiter {
  endpointId: string;
  tenant: string;
  enter: () => void;
}

/**
 * A worker's places, those of the local lane unless told, shared out: so many for an endpoint, and half of all for a
 * tenant, always or while another tenant waits. Waiting is bounded in time, and so in number by the activities in flight.
 */
export class SendingShares {
  #inFlight = 0;
  readonly #byEndpoint = new Map<string, number>();
  readonly #byTenant = new Map<string, number>();
  readonly #waiters = new Set<Waiter>();

  constructor(private readonly bounds: ShareBounds = localLane) {}

  /**
   * Resolves with a function that gives the place back, safe to call twice, or null if there was none in time.
   */
  async enter(endpointId: string, tenant: string): Promise<(() => void) | null> {
    if (!this.#mayEnter(endpointId, tenant)) {
      const entered = await this.#wait(endpointId, tenant);
      if (!entered) return null;
    } else {
      this.#count(endpointId, tenant, 1);
    }
    let left = false;
    return () => {
      if (left) return;
      left = true;
      this.#count(endpointId, tenant, -1);
      this.#admit();
    };
  }

  #wait(endpointId: string, tenant: string): Promise<boolean> {
    return new Promise((resolve) => {
      const giveUp = (): void => {
        if (this.#waiters.delete(waiter)) resolve(false);
      };
      // The timer's turn comes before the network's: answers that came while this process was busy free places first.
      const timer = setTimeout(() => setImmediate(giveUp), this.bounds.waitMs);
      const waiter: Waiter = {
        endpointId,
        tenant,
        enter: () => {
          clearTimeout(timer);
          this.#waiters.delete(waiter);
          resolve(true);
        },
      };
      this.#waiters.add(waiter);
    });
  }

  #admit(): void {
    for (const { endpointId, tenant, enter } of this.#waiters) {
      if (this.#inFlight >= this.bounds.total) return;
      if (!this.#mayEnter(endpointId, tenant)) continue;
      this.#count(endpointId, tenant, 1);
      enter();
    }
  }

  #mayEnter(endpointId: string, tenant: string): boolean {
    if (this.#inFlight >= this.bounds.total) return false;
    if ((this.#byEndpoint.get(endpointId) ?? 0) >= this.bounds.perEndpoint) return false;
    if ((this.#byTenant.get(tenant) ?? 0) < this.bounds.total / 2) return true;
    if (this.bounds.halvedFor === 'all tenants') return false;
    for (const waiter of this.#waiters) if (waiter.tenant !== tenant) return false;
    return true;
  }

  #count(endpointId: string, tenant: string, change: 1 | -1): void {
    this.#inFlight += change;
    add(this.#byEndpoint, endpointId, change);
    add(this.#byTenant, tenant, change);
  }
}

function add(counts: Map<string, number>, key: string, change: number): void {
  const count = (counts.get(key) ?? 0) + change;
  if (count === 0) counts.delete(key);
  else counts.set(key, count);
}
