/** Rows at the beginning of a body that are stored already: they are passed over and not looked at. */
export class RowsToSkip {
  #left: number;

  constructor(private readonly count: number) {
    this.#left = count;
  }

  /** Those that have come. */
  get skipped(): number {
    return this.count - this.#left;
  }

  /** Whether the row that comes next is one of them. */
  next(): boolean {
    if (this.#left === 0) return false;
    this.#left -= 1;
    return true;
  }
}
