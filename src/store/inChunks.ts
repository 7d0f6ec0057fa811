/** Rows changed by one statement, so that none holds its locks for long. */
export const chunkSize = 1_000;

/**
 * Does what changes up to `chunkSize` rows and says how many, until one comes back short, which was the last; `maxChunks`
 * at most, so that whatever waits for the end gets its turn. The rest is left to the housekeeping's next round. Gives the
 * sum.
 */
export async function inChunks(
  maxChunks: number,
  next: () => Promise<number>,
  stopping?: AbortSignal,
): Promise<number> {
  let sum = 0;
  for (let chunk = 0; chunk < maxChunks; chunk += 1) {
    if (stopping?.aborted === true) break;
    const changed = await next();
    sum += changed;
    if (changed < chunkSize) break;
  }
  return sum;
}
