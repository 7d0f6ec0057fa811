import type { DeliveryReport } from '../src/contract/activities.js';
import { tenantKey } from '../src/domain/refs.js';
import type { Claim } from '../src/delivery/claim.js';
import { releaseClaims, type StoredBody } from '../src/store/claimDeliveries.js';
import type { ActivityDeps } from './activityDeps.js';

/**
 * An attempt in the local lane, in a place of its endpoint's and tenant's share of it. Where none comes free in time
 * the claim is given back, and the attempt is for the `attempts` queue. The place is free again when the answer is in:
 * its commit takes 20 ms and more, as long as many exchanges, and burdens no receiver.
 */
export async function makeInShare(
  { pool, attemptMaker, shares }: ActivityDeps,
  claim: Claim,
  body: StoredBody | undefined,
): Promise<DeliveryReport> {
  const { delivery, claimant } = claim;
  const leave = await shares.enter(delivery.endpointId, tenantKey(delivery));
  if (leave === null) {
    await releaseClaims(pool, claimant, [delivery.id]);
    return { ...attemptMaker.report(delivery), lane: 'attempts', waitMs: 0 };
  }
  try {
    return await attemptMaker.make(claim, body, leave);
  } finally {
    leave();
  }
}
