import type { Queryable } from './pool.js';
import type { Sealer } from './sealer.js';
import { countSealed, openOneOfEach, type SealedCount } from './sealedTexts.js';

/**
 * Stops a start without the keys that something in this database is sealed with, or with other bytes under their ids:
 * it couldn't be opened, and would fail one delivery at a time.
 */
export async function checkEncryptionKeys(db: Queryable, sealer: Sealer): Promise<void> {
  const missing = await countSealed(db, (keyId) => !sealer.keyIds.includes(keyId));
  if (missing.length > 0) throw new Error(lacks(missing));
  try {
    await openOneOfEach(db, sealer);
  } catch (cause) {
    throw new Error(
      `EVERHOOK_ENCRYPTION_KEYS are not the keys that this database was sealed with. ${(cause as Error).message}`,
      { cause },
    );
  }
}

function lacks(missing: readonly SealedCount[]): string {
  const ids = [...new Set(missing.map(({ keyId }) => keyId))];
  const needed = ids.map((id) => `${totalOf(missing, id)} with "${id}"`).join(', ');
  return (
    `EVERHOOK_ENCRYPTION_KEYS are not the keys that this database was sealed with. They lack what these texts are ` +
    `sealed with: ${needed} (${missing.map(shown).join(', ')}). Add what lacks, behind the first; ` +
    '`npx everhook secrets reencrypt` seals all with the first, and then the others may go. (Where the setting is not given ' +
    'the keys are those of the file `encryption-keys` in the data folder.)'
  );
}

function totalOf(missing: readonly SealedCount[], id: string): string {
  const total = missing
    .filter(({ keyId }) => keyId === id)
    .reduce((sum, { count }) => sum + count, 0);
  return `${total} ${total === 1 ? 'text' : 'texts'}`;
}

function shown({ column, count }: SealedCount): string {
  return `${count} in ${column.table}.${column.column}`;
}
