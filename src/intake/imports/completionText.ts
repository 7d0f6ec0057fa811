import { showId } from '../../domain/ids.js';
import type { AcceptedEvent } from '../../store/acceptEvents.js';
import type { ImportRecord } from '../../store/imports.js';
import { shownDeliveries } from '../accept/shownDeliveries.js';

/** The answer to an import's completion, as JSON text; its shape is `importCompleted` of the API's schemas. */
export function completionText(
  { name, rowCount, validCount }: ImportRecord,
  events: readonly AcceptedEvent[],
): string {
  const rows = { total: rowCount, valid: validCount, invalid: rowCount - validCount };
  return JSON.stringify({ id: name, state: 'complete', rows, events: events.map(showEvent) });
}

function showEvent(event: AcceptedEvent): object {
  const { id, type, brings, deliveries } = event;
  return {
    id: showId('event', id),
    type,
    rows: brings,
    reason: reasonOf(brings, deliveries.length),
    deliveries: shownDeliveries(event),
  };
}

/** Why no row is sent, though the event's type brings some. */
function reasonOf(brings: AcceptedEvent['brings'], deliveries: number): string | null {
  if (brings === null || deliveries > 0) return null;
  if (brings.totalRows > 0) return 'no endpoint takes its rows, so nothing is sent';
  const which = brings.choice === 'all' ? 'no rows' : `no ${brings.choice} rows`;
  return `the import has ${which}, so nothing is sent`;
}
