/** A row of an import. */
export interface ImportRow {
  /** The product's own, or one that follows from the row's place. */
  id: string;
  /** A JSON text of one line, byte for byte as it was given. */
  data: string;
  valid: boolean;
}

/**
 * The ids of rows that came without one: the same whenever they are asked for, so they are stored nowhere. UUIDs of
 * version 8 (RFC 9562, section 5.8): the row's number, then what is random in the import's own id.
 */
export function rowIdsOf(importId: string): (row: number) => string {
  const middle = importId.slice('xxxxxxxx'.length, 'xxxxxxxx-xxxx-'.length);
  const rest = `${middle}8${importId.slice('xxxxxxxx-xxxx-7'.length)}`;
  return (row) => row.toString(16).padStart('xxxxxxxx'.length, '0') + rest;
}

/** A row as the API and the general formats show it, as JSON text. */
export function rowText({ id, data, valid }: ImportRow): string {
  return rowTextOf(JSON.stringify(id), data, valid);
}

/** The same with the id as JSON text. */
export function rowTextOf(idText: string, data: string, valid: boolean): string {
  return `{"id":${idText},"data":${data},"valid":${valid}}`;
}
