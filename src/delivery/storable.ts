/** Postgres text takes neither NUL nor half a surrogate pair; a receiver may send both. */
export function storable(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\uFFFD');
}

/** The same of an answer's headers. */
export function storableHeaders(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, storable(value)]),
  );
}
