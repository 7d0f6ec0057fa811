/** One unit of a JavaScript text takes up to that many bytes in UTF-8. */
const maxBytesPerUnit = 3;

/** Puts texts one after the other into bytes (UTF-8), in one place in memory as far as they were foreseen. */
export class TextWriter {
  #bytes: Buffer;
  #length = 0;

  constructor(likelyBytes: number) {
    this.#bytes = Buffer.allocUnsafe(likelyBytes);
  }

  get length(): number {
    return this.#length;
  }

  write(text: string): void {
    this.#makeRoomFor(text.length * maxBytesPerUnit);
    this.#length += this.#bytes.write(text, this.#length);
  }

  bytes(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  #makeRoomFor(bytes: number): void {
    const needed = this.#length + bytes;
    if (needed <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(needed, 2 * this.#bytes.length));
    this.#bytes.copy(larger, 0, 0, this.#length);
    this.#bytes = larger;
  }
}
