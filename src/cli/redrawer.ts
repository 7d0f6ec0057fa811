import type { Terminal } from './terminal.js';

/** Draws a text over the one drawn before, where there is a screen large enough. */
export class Redrawer {
  #drawnLines = 0;

  constructor(private readonly terminal: Terminal) {}

  /** Whether a text of so many lines and columns can be drawn over. */
  fits(text: string, columns: number): boolean {
    const { screen } = this.terminal;
    return screen !== null && screen.columns >= columns && screen.rows > lineCount(text);
  }

  draw(text: string): void {
    // Up to the first line drawn, then erase from there (ECMA-48: CUU, ED).
    const over = this.#drawnLines === 0 ? '' : `\u001B[${this.#drawnLines}A\u001B[J`;
    this.terminal.out(over + text);
    this.#drawnLines = lineCount(text);
  }
}

function lineCount(text: string): number {
  return text.split('\n').length - 1;
}
