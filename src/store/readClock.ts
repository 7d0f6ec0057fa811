import type { Queryable } from './pool.js';

/** Beyond it ids, which the processes' clocks make, and days, which the database's clock ends, don't mean the same. */
const maxApart = '1 hour';
/** The clock is read every ten minutes; a service may well be off for a weekend. */
const maxSilence = '7 days';
/** For an operator to see the error and set the clock right. */
const distrusted = '1 day';

/**
 * Why nothing may be dropped by the clock of now; null: it may be relied on. It may not where it is apart from this
 * process's, and not for a day after it has jumped: a machine that starts with a clock years ahead would else drop all
 * there is. Nor does a machine that was off for long drop anything on that day.
 */
export async function readClock(db: Queryable, processTime: Date): Promise<string | null> {
  const { rows } = await db.query<{ isTrusted: boolean; isNear: boolean; now: Date }>(
    `UPDATE retention SET looked_at = now(), trusted_from = CASE
       WHEN looked_at NOT BETWEEN now() - interval '${maxSilence}' AND now() + interval '${maxApart}'
       THEN now() + interval '${distrusted}'
       -- One that was set back has left this in the future.
       ELSE least(trusted_from, now() + interval '${distrusted}') END
     RETURNING trusted_from <= now() AS "isTrusted", now(),
       $1::timestamptz BETWEEN now() - interval '${maxApart}' AND now() + interval '${maxApart}' AS "isNear"`,
    [processTime],
  );
  const [clock] = rows;
  if (clock === undefined) throw new Error('The row of the table "retention" is missing');
  const { isNear, isTrusted, now } = clock;
  if (!isNear) {
    return `the clock of Postgres (${now.toISOString()}) and that of this process (${processTime.toISOString()}) are more than ${maxApart} apart`;
  }
  return isTrusted
    ? null
    : `the clock of Postgres has jumped, or nothing has run for ${maxSilence}: nothing is dropped for ${distrusted}`;
}
