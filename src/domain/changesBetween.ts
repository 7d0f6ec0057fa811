/** Field → what it was and what it is, as JSON; null: it wasn't there, or isn't any more. */
export type Changes = Record<string, { from: unknown; to: unknown }>;

/** What is shown of a field instead of its value. It is never asked about null. */
type Mask<Value> = (value: NonNullable<Value>) => unknown;
export type Masks<T> = { readonly [Name in keyof T]?: Mask<T[Name]> };

/** What stands for a secret. */
export const masked = '…';

/** Of a longer value only the beginning of its JSON text is told: a schema may have as many bytes as a request. */
const maxShownCharacters = 2_000;

/**
 * The fields in which two records differ; a record that is null has none. What has a mask is compared as it is, but told
 * as the mask shows it: that a secret changed is seen, and nothing of it. Members' order is no difference.
 */
export function changesBetween<T extends object>(
  before: T | null,
  after: T | null,
  masks: Masks<T> = {},
): Changes {
  const names = Object.keys({ ...before, ...after }) as (keyof T & string)[];
  return Object.fromEntries(
    names.flatMap((name) => {
      const [from, to] = [before?.[name] ?? null, after?.[name] ?? null];
      if (canonicalText(from) === canonicalText(to)) return [];
      const mask = masks[name];
      return [[name, { from: shown(from, mask), to: shown(to, mask) }]];
    }),
  );
}

/** A URL without its query, which may carry credentials. */
export function withoutQuery(url: string): string {
  const queryStart = url.indexOf('?');
  return queryStart === -1 ? url : `${url.slice(0, queryStart)}?${masked}`;
}

/** The names of a record's members alone. */
export function withoutValues(record: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.keys(record).map((name) => [name, masked]));
}

function canonicalText(value: unknown): string {
  return JSON.stringify(value, (_name, member: unknown) => {
    if (typeof member !== 'object' || member === null || Array.isArray(member)) return member;
    return Object.fromEntries(Object.entries(member).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  });
}

function shown<Value>(value: Value | null, mask: Mask<Value> | undefined): unknown {
  if (value === null || value === undefined) return null;
  const told = mask === undefined ? value : mask(value);
  const text = typeof told === 'string' ? told : JSON.stringify(told);
  if (text.length <= maxShownCharacters) return told;
  // By whole characters: Postgres takes no half of a surrogate pair.
  return `${text.slice(0, maxShownCharacters).replace(/[\uD800-\uDBFF]$/, '')}…`;
}
