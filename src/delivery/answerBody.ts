/**
 * The first bytes of a body as text that Postgres takes: invalid UTF-8 and U+0000 replaced, a character that the
 * bound cuts in two left out.
 */
export function answerBody(chunks: readonly Buffer[], maxBytes: number): string {
  const bytes = Buffer.concat(chunks);
  const cut = bytes.length > maxBytes;
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  return decoder.decode(bytes.subarray(0, maxBytes), { stream: cut }).replaceAll('\0', '\ufffd');
}
