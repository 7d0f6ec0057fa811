/**
 * A text from outside as it may be shown on a terminal: without control characters, which could move the cursor, hide
 * lines or type for the user. Line breaks and tabs stay where `multiline` says so.
 */
export function safeText(text: string, { multiline = false } = {}): string {
  return text.replace(/\p{C}/gu, (character) =>
    multiline && (character === '\n' || character === '\t') ? character : '\uFFFD',
  );
}
