/** Maps with at most `limit` at once, in order of the items; the first error is thrown when all have ended. */
export async function mapBounded<T, R>(
  items: readonly T[],
  limit: number,
  map: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  const entries = items.entries();
  const lane = async (): Promise<void> => {
    for (const [index, item] of entries) results[index] = await map(item);
  };
  const ends = await Promise.allSettled(
    Array.from({ length: Math.min(limit, items.length) }, lane),
  );
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
  return results;
}
