/** A row of an import. */
export interface ImportRow {
  /** The product's own, or one that follows from the row's place. */
  id: string;
  /** A JSON text of one line, byte for byte as it was given. */
  data: string;
  valid: boolean;
}

/**
 * The id of a row that came without one: the same whenever it is asked for, so it is stored nowhere. A UUID of version 8
 * (RFC 9562, section 5.8): the row's number, then what is random in the import's own id.
 */
export function rowIdOf(importId: string, row: number): string {
  const number = row.toString(16).padStart('xxxxxxxx'.length, '0');
  const middle = importId.slice('xxxxxxxx'.length, 'xxxxxxxx-xxxx-'.length);
  return `${number}${middle}8${importId.slice('xxxxxxxx-xxxx-7'.length)}`;
}

/** What stands between quotes as it is. */
const plainId = /^[\w.:@-]*$/;

/** A row as the API and the general formats show it, as JSON text. */
export function rowText({ id, data, valid }: ImportRow): string {
  const idText = plainId.test(id) ? `"${id}"` : JSON.stringify(id);
  return `{"id":${idText},"data":${data},"valid":${valid}}`;
}
