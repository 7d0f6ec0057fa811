import { textPlace } from './textPlace.js';

const maxShownCharacters = 80;

/** Thrown where a member of the top-level object stands twice: parsers differ in which of the two they take. */
export class DuplicateMemberError extends Error {
  override readonly name = 'DuplicateMemberError';
  readonly line: number;
  readonly column: number;
  /** What is wrong, without the place. */
  readonly fault: string;

  /** `member`: its name, unescaped; `offset`: of the second name, in UTF-16 code units from 0. */
  constructor(
    readonly member: string,
    text: string,
    readonly offset: number,
  ) {
    const { line, column } = textPlace(text, offset);
    const shown = JSON.stringify(member.slice(0, maxShownCharacters));
    const fault = `The member ${shown} stands twice; keep one of them`;
    super(`${fault} (line ${line}, column ${column})`);
    this.fault = fault;
    this.line = line;
    this.column = column;
  }
}
