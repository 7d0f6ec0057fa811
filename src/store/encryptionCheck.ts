import type { Queryable } from './pool.js';
import type { Sealer } from './sealer.js';

/** What the text of the check is bound to. */
export const checkContext: readonly string[] = ['encryption-check'];

/** Seals a text at the first start, so that a wrong key is noticed while nothing else is sealed. */
export async function storeEncryptionCheck(db: Queryable, sealer: Sealer): Promise<void> {
  await db.query(`INSERT INTO encryption_check (sealed) VALUES ($1) ON CONFLICT DO NOTHING`, [
    sealer.seal('everhook', checkContext),
  ]);
}
