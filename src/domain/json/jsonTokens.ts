const quoteOrPunctuation = /["{}[\],]/g;

/**
 * The strings, braces, brackets and commas of a JSON text. Strings come whole, so that what looks like punctuation within
 * them is none; numbers and words are skipped. The text must be JSON.
 */
export function* jsonTokens(text: string): Generator<{ token: string; index: number }> {
  for (let index = nextToken(text, 0); index !== -1;) {
    const end = text[index] === '"' ? stringEnd(text, index) : index + 1;
    yield { token: text.slice(index, end), index };
    index = nextToken(text, end);
  }
}

function nextToken(text: string, from: number): number {
  quoteOrPunctuation.lastIndex = from;
  return quoteOrPunctuation.exec(text)?.index ?? -1;
}

/** A loop and not a pattern, which runs out of stack on millions of escapes. */
function stringEnd(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at + 1;
}
