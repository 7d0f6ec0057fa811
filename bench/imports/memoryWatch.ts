import { residentMb } from '../measure/residentMb.js';

const sampleMs = 100;

/** The most resident memory that a process has while it is watched. */
export class MemoryWatch {
  peakMb = 0;
  readonly #timer: NodeJS.Timeout;

  constructor(pid: number) {
    this.#timer = setInterval(() => {
      this.peakMb = Math.max(this.peakMb, residentMb(pid));
    }, sampleMs);
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
