import { defaultMaxInFlight } from '../../domain/limits.js';
import type { DrainSituation } from '../../store/drainSituation.js';
import type { Pool } from '../../store/pool.js';
import { leaveDrainPlaces, takeDrainPlaces } from '../../store/sharedPlaces.js';

/** How many requests a drain may have under way at once: its endpoint's bound, shared with batches of rows. */
export class DrainPlaces {
  /** Taken of a bound that the endpoint has. */
  #taken = 0;

  constructor(private readonly pool: Pool) {}

  /** How many it has, beyond those under way. */
  free({ maxInFlight, batchesInFlight }: DrainSituation, underWay: number): number {
    if (maxInFlight === null) return defaultMaxInFlight - underWay;
    return Math.min(this.#taken, maxInFlight - batchesInFlight) - underWay;
  }

  /** Takes what is free by the situation as it was read just now; leaves what batches have claimed once it isn't used. */
  async agree(situation: DrainSituation, underWay: number): Promise<void> {
    const { maxInFlight, batchesInFlight } = situation;
    if (maxInFlight === null) return;
    const wanted = Math.max(0, maxInFlight - batchesInFlight);
    if (wanted > this.#taken) this.#taken = await takeDrainPlaces(this.pool, situation);
    else if (wanted < this.#taken && underWay <= wanted) await this.#leave(situation, wanted);
  }

  /** Nothing is under way any more. */
  async leave(situation: DrainSituation): Promise<void> {
    if (this.#taken > 0) await this.#leave(situation, 0);
  }

  async #leave(situation: DrainSituation, places: number): Promise<void> {
    await leaveDrainPlaces(this.pool, situation, places);
    this.#taken = places;
  }
}
