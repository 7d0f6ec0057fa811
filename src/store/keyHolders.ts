import type { Queryable } from './pool.js';

/** How often a process says which keys it has. */
export const announceEveryMs = 10_000;
/** One that has said nothing for so long has ended, or can reach nothing to seal or open. */
const aliveSeconds = 30;

/** A process that runs now, and the keys that it has. */
export interface KeyHolder {
  /** A UUID of its own. */
  process: string;
  host: string;
  pid: number;
  /** `<id>:<fingerprint>`; it seals with the first. */
  keys: readonly string[];
}

/** Says that a process runs, and forgets those that have ended long ago without a word. */
export async function announceKeys(
  db: Queryable,
  { process, host, pid, keys }: KeyHolder,
): Promise<void> {
  await db.query(
    `WITH gone AS (DELETE FROM key_holders WHERE seen_at < now() - interval '1 day' AND process <> $1)
     INSERT INTO key_holders (process, host, pid, keys, seen_at) VALUES ($1, $2, $3, $4, now())
     ON CONFLICT (process) DO UPDATE SET seen_at = now()`,
    [process, host, pid, keys],
  );
}

export async function forgetKeyHolder(db: Queryable, process: string): Promise<void> {
  await db.query('DELETE FROM key_holders WHERE process = $1', [process]);
}

/** Those that run now, as far as they could say so. */
export async function readKeyHolders(db: Queryable): Promise<KeyHolder[]> {
  const { rows } = await db.query<KeyHolder>(
    `SELECT process, host, pid, keys FROM key_holders
     WHERE seen_at > now() - make_interval(secs => $1) ORDER BY host, pid LIMIT 1000`,
    [aliveSeconds],
  );
  return rows;
}

/** Those of them that a text would be lost on that is sealed with that key, or that seal with another themselves. */
export function holdersNotReady(
  holders: readonly KeyHolder[],
  mark: string,
): { lacking: KeyHolder[]; sealingWithAnother: KeyHolder[] } {
  return {
    lacking: holders.filter(({ keys }) => !keys.includes(mark)),
    sealingWithAnother: holders.filter(({ keys }) => keys.includes(mark) && keys[0] !== mark),
  };
}
