/**
 * What a delivery's event says of its time, where that matters now. `held`: it isn't to be sent yet; `expiring`: it
 * expires before its next attempt; `expired`: nothing is sent of it any more.
 */
export type Timing = 'held' | 'expiring' | 'expired';

interface Timed {
  isHeld: boolean;
  /** Until something is to be done. */
  waitMs: number;
  /** Null: never. */
  expiresInMs: number | null;
}

export function timingOf({ isHeld, waitMs, expiresInMs }: Timed): Timing | null {
  if (hasExpired({ expiresInMs })) return 'expired';
  if (isHeld) return 'held';
  return expiresInMs !== null && expiresInMs <= waitMs ? 'expiring' : null;
}

export function hasExpired({ expiresInMs }: Pick<Timed, 'expiresInMs'>): boolean {
  return expiresInMs !== null && expiresInMs <= 0;
}
