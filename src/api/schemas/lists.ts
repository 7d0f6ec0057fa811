import { z } from 'zod';
import { Problem } from '../../domain/problem.js';
import type { NamePosition, Page } from '../../store/page.js';

/** The query of every list; a route adds its filters. */
export const listQuery = {
  limit: z.coerce.number().int().min(1).max(250).default(50).describe('Items on the page'),
  cursor: z.string().min(1).max(500).optional().describe('`nextCursor` of the page before'),
};

/** One page of a list, newest first. */
export function listOf<T extends z.ZodType>(item: T) {
  return z.object({
    data: z.array(item),
    nextCursor: z.string().nullable().describe('For the next page; null at the end'),
  });
}

interface ListQuery {
  limit: number;
  cursor?: string | undefined;
}

/** The page of a list ordered by id that a query asks for. */
export function idPage(query: ListQuery): Page<string> {
  const position = query.cursor === undefined ? null : decodeCursor(query.cursor, [uuidPattern]);
  return { limit: query.limit, after: position === null ? null : (position[0] ?? null) };
}

/** The cursor of a row in a list ordered by id. */
export function idCursor(row: { id: string }): string {
  return encodeCursor([row.id]);
}

/** The page of a list ordered by number, the lowest first, that a query asks for. */
export function numberPage(query: ListQuery): Page<number> {
  if (query.cursor === undefined) return { limit: query.limit, after: null };
  return { limit: query.limit, after: Number(decodeCursor(query.cursor, [/^\d{1,9}$/])[0]) };
}

/** The cursor of a row in a list ordered by number. */
export function numberCursor({ number }: { number: number }): string {
  return encodeCursor([String(number)]);
}

/** The page of a list ordered by creation and name that a query asks for. */
export function namePage(query: ListQuery): Page<NamePosition> {
  if (query.cursor === undefined) return { limit: query.limit, after: null };
  const [createdAtMicros = '', name = ''] = decodeCursor(query.cursor, [/^\d{1,18}$/, /^[!-~]+$/]);
  return { limit: query.limit, after: { createdAtMicros, name } };
}

/** The cursor of a row in a list ordered by creation and name. */
export function nameCursor({ createdAtMicros, name }: NamePosition): string {
  return encodeCursor([createdAtMicros, name]);
}

/** The answer: up to `limit` of the rows, each as `show` has it; one row more tells that there is a next page. */
export function pageOf<Row, Shown>(
  rows: readonly Row[],
  limit: number,
  cursorOf: (row: Row) => string,
  show: (row: Row) => Shown,
): { data: Shown[]; nextCursor: string | null } {
  const last = rows[limit - 1];
  return {
    data: rows.slice(0, limit).map(show),
    nextCursor: rows.length > limit && last !== undefined ? cursorOf(last) : null,
  };
}

/** The same of a list for whose pages a bounded number of rows is looked at: one that ends before its limit may go on. */
export function pageOfLooked<Row extends { id: string }, Shown>(
  { rows, lookedUntil }: { rows: readonly Row[]; lookedUntil: string | null },
  limit: number,
  show: (row: Row) => Shown,
): { data: Shown[]; nextCursor: string | null } {
  const page = pageOf(rows, limit, idCursor, show);
  if (page.nextCursor !== null || lookedUntil === null) return page;
  return { ...page, nextCursor: idCursor({ id: lookedUntil }) };
}

const uuidPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

function encodeCursor(parts: readonly string[]): string {
  return Buffer.from(JSON.stringify(parts)).toString('base64url');
}

/** Cursors come back from outside, so each part is checked before it reaches a query. */
function decodeCursor(cursor: string, patterns: readonly RegExp[]): string[] {
  const result = z
    .array(z.string())
    .length(patterns.length)
    .refine((parts) => parts.every((part, index) => patterns[index]?.test(part) === true))
    .safeParse(parsedOrNull(Buffer.from(cursor, 'base64url').toString('utf8')));
  if (result.success) return result.data;
  const detail = 'This is no cursor of this list; use "nextCursor" as it came, or leave it out.';
  throw new Problem('bad_request', detail, [{ pointer: '#query/cursor', detail }]);
}

function parsedOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
