import { setTimeout as sleep } from 'node:timers/promises';
import type { Pool } from './pool.js';
import type { Sealer } from './sealer.js';
import type { SealedColumn } from './sealedColumns.js';
import {
  countSealed,
  readSealed,
  replaceSealed,
  type SealedCount,
  type SealedText,
} from './sealedTexts.js';

/** Read, and written by one statement: some 10 ms in which their rows are locked. */
const chunkSize = 500;
/** Through what was locked or came meanwhile; after so many somebody else goes on sealing with another key. */
const maxPasses = 20;
const betweenPassesMs = 500;

export interface SealedAnew {
  column: SealedColumn;
  /** With which these had been sealed. */
  keyId: string;
  /** Sealed anew of that column and key in this pass, and how many there were when it began. */
  done: number;
  total: number;
  /** Why texts of this chunk could not be opened; they are left as they are. */
  flaws: readonly string[];
}

/**
 * Seals with the first key all that is sealed with another, while others read and write; tells of each chunk. A text
 * that somebody changes meanwhile is theirs. Each chunk stands for itself: whatever ends this, the next one goes on with
 * what is left, and two at once share it. Ends with what it had to leave, nothing as a rule.
 */
export async function* sealAnew(
  pool: Pool,
  sealer: Sealer,
): AsyncGenerator<SealedAnew, SealedCount[]> {
  const [first] = sealer.keyIds;
  let left = await countSealed(pool, (keyId) => keyId !== first);
  for (let pass = 0; pass < maxPasses && left.length > 0; pass += 1) {
    if (pass > 0) await sleep(betweenPassesMs);
    for (const counted of left) yield* sealColumnAnew(pool, sealer, counted);
    left = await countSealed(pool, (keyId) => keyId !== first);
  }
  return left;
}

async function* sealColumnAnew(
  pool: Pool,
  sealer: Sealer,
  { column, keyId, count: total }: SealedCount,
): AsyncGenerator<SealedAnew> {
  let after: string[] | null = null;
  let done = 0;
  do {
    const texts: SealedText[] = await readSealed(pool, column, { keyId, after, limit: chunkSize });
    const flaws: string[] = [];
    const changes = texts.flatMap((text) => {
      const becomes = resealed(sealer, text);
      if (typeof becomes === 'string') return [{ key: text.key, was: text.sealed, becomes }];
      flaws.push(`${column.table}.${column.column} of ${text.key.join(', ')}: ${becomes.message}`);
      return [];
    });
    done += await replaceSealed(pool, column, changes);
    yield { column, keyId, done, total, flaws };
    after = texts.length < chunkSize ? null : (texts.at(-1)?.key ?? null);
  } while (after !== null);
}

/** An error where it doesn't open: one bad text must not keep all others on the old key. */
function resealed(sealer: Sealer, { sealed, context }: SealedText): string | Error {
  try {
    return sealer.seal(sealer.open(sealed, context), context);
  } catch (error) {
    return error as Error;
  }
}
