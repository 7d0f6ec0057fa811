import { formatOf } from '../../catalogs/formats.js';
import { showId } from '../../domain/ids.js';
import { Problem } from '../../domain/problem.js';

interface Receiver {
  id: string;
  format: string;
  /** It came with the event, so that nobody knows it by its id, and its format is a field of the same body. */
  isOneOff?: boolean;
}

/** Why data (JSON text) can't be sent to these endpoints in their formats, naming the first; null if it can to all. */
export function formatProblem(endpoints: readonly Receiver[], data: string): Problem | null {
  const found = new Map<string, string | null>();
  for (const { id, format, isOneOff = false } of endpoints) {
    if (!found.has(format)) found.set(format, formatOf(format).lacks?.(data) ?? null);
    const lack = found.get(format) ?? null;
    if (lack === null) continue;
    const name = isOneOff ? 'The one-off endpoint' : `The endpoint ${showId('endpoint', id)}`;
    const detail = `${name} has the format ${format}, which needs ${lack}`;
    const pointer = isOneOff ? '/endpoint/format' : '/data';
    return new Problem('data_unfit_for_format', `${detail}.`, [{ pointer, detail }]);
  }
  return null;
}
