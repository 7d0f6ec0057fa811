import { setTimeout as sleep } from 'node:timers/promises';
import { isDataError } from '../store/isDataError.js';

/** While Postgres is away an answer is kept and tried again for as long as its lease still holds for certain. */
const retryDelaysMs = [250, 500, 1_000, 2_000];

/** Writes an answer, again and again where Postgres is away for a moment; what is written must be safe to write twice. */
export async function writeWithRetries<T>(write: () => Promise<T>): Promise<T> {
  for (const delayMs of retryDelaysMs) {
    try {
      return await write();
    } catch (error) {
      if (isDataError(error)) throw error;
      await sleep(delayMs);
    }
  }
  return await write();
}
