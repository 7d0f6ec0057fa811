const arrayIndex = /^(?:0|[1-9][0-9]*)$/;

/** The tokens of a JSON pointer (RFC 6901), unescaped; null if it isn't one. `''` is the whole value: no tokens. */
export function parseJsonPointer(pointer: string): string[] | null {
  if (pointer === '') return [];
  if (!pointer.startsWith('/') || /~(?![01])/.test(pointer)) return null;
  return pointer
    .slice(1)
    .split('/')
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** The value that the tokens lead to, through own properties alone; undefined if there is none. */
export function valueAtPointer(value: unknown, tokens: readonly string[]): unknown {
  let current = value;
  for (const token of tokens) {
    if (typeof current !== 'object' || current === null) return undefined;
    if (Array.isArray(current) && !arrayIndex.test(token)) return undefined;
    if (!Object.hasOwn(current, token)) return undefined;
    current = (current as Record<string, unknown>)[token];
  }
  return current;
}

/** A member's name as a token of a JSON pointer (RFC 6901, section 3). */
export function escapePointerToken(token: string): string {
  return token.replaceAll('~', '~0').replaceAll('/', '~1');
}
