export interface TextPlace {
  /** From 1; lines end at a line feed. */
  line: number;
  /** From 1, in UTF-16 code units. */
  column: number;
}

/** Where an offset (UTF-16 code units, from 0) is in a text, as an editor shows it. */
export function textPlace(text: string, offset: number): TextPlace {
  let line = 1;
  let lineStart = 0;
  for (let next = text.indexOf('\n'); next !== -1 && next < offset;) {
    line += 1;
    lineStart = next + 1;
    next = text.indexOf('\n', lineStart);
  }
  return { line, column: offset - lineStart + 1 };
}
