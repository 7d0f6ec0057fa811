import { setTimeout as sleep } from 'node:timers/promises';
import { EmbeddedError } from './embeddedError.js';

const patienceMs = 30_000;
const pauseMs = 500;

/** Tries to start a server again, for 30 s, while it fails with what the pattern says will pass. */
export async function untilStarted<T>(start: () => Promise<T>, passing: RegExp): Promise<T> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    try {
      return await start();
    } catch (error) {
      const willPass = error instanceof EmbeddedError && passing.test(error.message);
      if (!willPass || Date.now() > deadline) throw error;
      await sleep(pauseMs);
    }
  }
}
