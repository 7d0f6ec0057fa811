/** One page of a list, newest first. */
export interface Page<Position> {
  /** Rows wanted; a list function returns up to one more, which tells that there is a next page. */
  limit: number;
  /** The last row of the page before; null for the first page. */
  after: Position | null;
}

/** Where a row stands in a list of a table that is keyed by name: newest first, then by name downwards. */
export interface NamePosition {
  /** Microseconds since 1970, as Postgres keeps them; a JavaScript date would lose the last three digits. */
  createdAtMicros: string;
  name: string;
}

/** The SQL of a row's `createdAtMicros`. */
export const createdAtMicrosSql = `(extract(epoch FROM created_at) * 1000000)::bigint::text`;

/** The SQL that turns the parameter `$n` with microseconds since 1970 back into a moment. */
export function momentSql(parameter: string): string {
  return `(timestamptz 'epoch' + ${parameter}::bigint * interval '1 microsecond')`;
}
