import { textPlace } from './textPlace.js';

/** Thrown where a text isn't JSON as RFC 8259 has it, or is nested too deeply. The message names the place. */
export class JsonSyntaxError extends Error {
  override readonly name = 'JsonSyntaxError';
  readonly line: number;
  readonly column: number;

  /**
   * `fault`: what is wrong, without the place; `offset`: of the first character that can't stand there, in UTF-16 code
   * units from 0.
   */
  constructor(
    readonly fault: string,
    text: string,
    readonly offset: number,
  ) {
    const { line, column } = textPlace(text, offset);
    super(`${fault} (line ${line}, column ${column})`);
    this.line = line;
    this.column = column;
  }
}
