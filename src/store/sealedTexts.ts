import type { Queryable } from './pool.js';
import type { Sealer } from './sealer.js';
import { sealedColumns, type SealedColumn } from './sealedColumns.js';

/** How many texts of a column are sealed with a key. */
export interface SealedCount {
  column: SealedColumn;
  keyId: string;
  count: number;
}

/** A sealed text and where it stands. */
export interface SealedText {
  /** The primary key's values as text, in its order. */
  key: string[];
  sealed: string;
  context: readonly string[];
}

/** The ids of the keys that texts of a column are sealed with: one look into its index for each, however many texts. */
export async function sealingKeysOf(
  db: Queryable,
  { table, column }: SealedColumn,
): Promise<string[]> {
  const next = (more: string): string =>
    `SELECT sealing_key(${column}) AS id FROM ${table} WHERE ${column} IS NOT NULL ${more} ORDER BY 1 LIMIT 1`;
  const { rows } = await db.query<{ id: string }>(
    `WITH RECURSIVE found AS (
       (${next('')})
       UNION ALL
       SELECT (${next(`AND sealing_key(${column}) > found.id`)}) FROM found WHERE found.id IS NOT NULL
     )
     SELECT id FROM found WHERE id IS NOT NULL`,
  );
  return rows.map(({ id }) => id);
}

/** How many texts are sealed with which key, of those that `isWanted`; goes through their entries in the indexes. */
export async function countSealed(
  db: Queryable,
  isWanted: (keyId: string) => boolean = () => true,
): Promise<SealedCount[]> {
  const counts: SealedCount[] = [];
  for (const column of sealedColumns) {
    for (const keyId of (await sealingKeysOf(db, column)).filter(isWanted)) {
      const { rows } = await db.query<{ count: string }>(
        `SELECT count(*) AS count FROM ${column.table}
         WHERE ${column.column} IS NOT NULL AND sealing_key(${column.column}) = $1`,
        [keyId],
      );
      counts.push({ column, keyId, count: Number(rows[0]?.count) });
    }
  }
  return counts;
}

/** Texts of a column that are sealed with a key, in the order of the primary key; a page begins after one. */
export async function readSealed(
  db: Queryable,
  column: SealedColumn,
  { keyId, after, limit }: { keyId: string; after: readonly string[] | null; limit: number },
): Promise<SealedText[]> {
  const names = Object.keys(column.key).map((name) => `t.${name}`);
  const types = Object.values(column.key);
  const given = types.map((type, index) => `$${index + 3}::${type}`);
  const isAfter = after === null ? '' : `AND (${names.join(', ')}) > (${given.join(', ')})`;
  const { rows } = await db.query<{ key: string[]; sealed: string; place: object }>(
    `SELECT ARRAY[${names.map((name) => `${name}::text`).join(', ')}] AS key, t.${column.column} AS sealed,
       (SELECT row_to_json(place) FROM (SELECT ${column.place}) place) AS place
     FROM ${column.table} t ${column.join ?? ''}
     WHERE t.${column.column} IS NOT NULL AND sealing_key(t.${column.column}) = $1 ${isAfter}
     ORDER BY ${names.join(', ')} LIMIT $2`,
    [keyId, limit, ...(after ?? [])],
  );
  return rows.map(({ key, sealed, place }) => ({
    key,
    sealed,
    context: column.context(place as never),
  }));
}

/**
 * Puts texts in the place of others that are still what they were when they were read; returns how many. It waits for
 * nobody: a row that somebody has locked is left for later, so that nobody's order of locks is disturbed.
 */
export async function replaceSealed(
  db: Queryable,
  { table, column, key }: SealedColumn,
  changes: readonly { key: readonly string[]; was: string; becomes: string }[],
): Promise<number> {
  const [first, last] = [changes[0], changes.at(-1)];
  if (first === undefined || last === undefined) return 0;
  const names = Object.keys(key);
  const columns = Object.entries(key).map(([name, type]) => `${name} ${type}`);
  const [lead = '', leadType = ''] = Object.entries(key)[0] ?? [];
  const { rowCount } = await db.query(
    `WITH given AS (
       SELECT * FROM json_to_recordset($1::json) AS g(${columns.join(', ')}, was text, becomes text)
     ),
     free AS (
       SELECT ${names.map((name) => `t.${name}`).join(', ')}, given.was, given.becomes
       FROM ${table} t JOIN given USING (${names.join(', ')})
       WHERE t.${lead} BETWEEN $2::${leadType} AND $3::${leadType} AND t.${column} = given.was
       FOR UPDATE OF t SKIP LOCKED
     )
     UPDATE ${table} t SET ${column} = free.becomes FROM free
     WHERE ${names.map((name) => `t.${name} = free.${name}`).join(' AND ')}
       AND t.${lead} BETWEEN $2::${leadType} AND $3::${leadType} AND t.${column} = free.was`,
    [
      JSON.stringify(
        changes.map(({ key: values, was, becomes }) => ({
          ...Object.fromEntries(names.map((name, index) => [name, values[index]])),
          was,
          becomes,
        })),
      ),
      first.key[0],
      last.key[0],
    ],
  );
  return rowCount ?? 0;
}

/** Damaged texts that a column may begin with before its key is held to be another. */
const maxTried = 10;

/** Opens one text of each column and key there is, and so proves that the sealer has the keys' bytes. */
export async function openOneOfEach(db: Queryable, sealer: Sealer): Promise<void> {
  for (const column of sealedColumns) {
    for (const keyId of await sealingKeysOf(db, column)) {
      openAny(sealer, await readSealed(db, column, { keyId, after: null, limit: maxTried }));
    }
  }
}

function openAny(sealer: Sealer, texts: readonly SealedText[]): void {
  let problem: Error | undefined;
  for (const { sealed, context } of texts) {
    try {
      sealer.open(sealed, context);
      return;
    } catch (error) {
      problem ??= error as Error;
    }
  }
  if (problem !== undefined) throw problem;
}
