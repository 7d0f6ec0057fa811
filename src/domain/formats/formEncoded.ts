/**
 * A name or value as a web form sends it (WHATWG URL, section 5.2). Half a surrogate pair has no bytes in UTF-8; as in a
 * browser's form it becomes U+FFFD.
 */
export function formEncoded(text: string): string {
  return encodeURIComponent(text.toWellFormed())
    .replaceAll('%20', '+')
    .replace(/[!'()~]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}
