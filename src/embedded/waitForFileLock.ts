import { setTimeout as sleep } from 'node:timers/promises';
import { EmbeddedError } from './embeddedError.js';
import { tryFileLock, type FileLock } from './fileLock.js';

const pollMs = 500;
/** More than a download and a build may take together. */
const patienceMs = 25 * 60_000;

/** Waits while another process makes the same thing; throws `EmbeddedError` when that takes more than 25 minutes. */
export async function waitForFileLock(
  path: string,
  name: string,
  progress: (line: string) => void,
  signal: AbortSignal,
): Promise<FileLock> {
  const deadline = Date.now() + patienceMs;
  for (let isFirst = true; ; isFirst = false) {
    const lock = tryFileLock(path);
    if ('release' in lock) return lock;
    if (isFirst) progress(`Waiting for process ${lock.heldBy}, which is making ${name}`);
    if (Date.now() > deadline) {
      throw new EmbeddedError(`Process ${lock.heldBy} has been making ${name} for too long`);
    }
    await sleep(pollMs, undefined, { signal });
  }
}
