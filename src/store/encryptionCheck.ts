import type { Queryable } from './pool.js';
import type { Sealer } from './sealer.js';

const context = ['encryption-check'];
const text = 'everhook';

/**
 * Stops a start with other keys than those that sealed this database: what they sealed couldn't be opened, and
 * would fail one delivery at a time. The first start stores the check.
 */
export async function checkEncryptionKeys(db: Queryable, sealer: Sealer): Promise<void> {
  await db.query(`INSERT INTO encryption_check (sealed) VALUES ($1) ON CONFLICT DO NOTHING`, [
    sealer.seal(text, context),
  ]);
  const { rows } = await db.query<{ sealed: string }>(`SELECT sealed FROM encryption_check`);
  try {
    if (sealer.open(rows[0]?.sealed ?? '', context) === text) return;
  } catch (cause) {
    throw new Error(
      'EVERHOOK_ENCRYPTION_KEYS are not the keys that this database was sealed with. Start with those; to change keys, put the new one first and keep the old ones behind it.',
      { cause },
    );
  }
  throw new Error('The stored check of the encryption keys is damaged.');
}
