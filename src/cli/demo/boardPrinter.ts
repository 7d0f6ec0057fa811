import type { DeliverySummary } from '../deliveries/listDeliveries.js';
import { paint, paintState } from '../paint.js';
import { Redrawer } from '../redrawer.js';
import { table } from '../table.js';
import type { Terminal } from '../terminal.js';

/** Rows of events, columns of receivers; a cell says what became of that delivery so far. */
export interface Board {
  /** In the order in which they were sent. */
  eventIds: readonly string[];
  receivers: readonly { name: string; endpointId: string }[];
  deliveries: readonly DeliverySummary[];
}

/** The width of a line; a longer one would wrap, and drawing over it would go wrong. */
export const boardColumns = 80;

/** Draws a board over the one drawn before, where there is a screen large enough; otherwise only the last. */
export class BoardPrinter {
  readonly #redrawer: Redrawer;

  constructor(private readonly terminal: Terminal) {
    this.#redrawer = new Redrawer(terminal);
  }

  show(board: Board, { isLast }: { isLast: boolean }): void {
    const text = boardText(board, this.terminal);
    if (this.#redrawer.fits(text, boardColumns) || isLast) this.#redrawer.draw(text);
  }
}

function boardText({ eventIds, receivers, deliveries }: Board, terminal: Terminal): string {
  const byPlace = new Map(deliveries.map((one) => [`${one.eventId} ${one.endpointId}`, one]));
  const rows = eventIds.map((eventId, index) => [
    String(index + 1).padStart(5),
    ...receivers.map(({ endpointId }) => {
      const delivery = byPlace.get(`${eventId} ${endpointId}`);
      return delivery === undefined ? '' : cell(delivery, terminal);
    }),
  ]);
  const titles = ['event', ...receivers.map(({ name }) => paint(terminal, 'bold', name))];
  return table(titles, rows);
}

/** `delivered, attempt 3`, `retrying, 503`. */
function cell({ state, attemptCount, lastAnswer }: DeliverySummary, terminal: Terminal): string {
  const last = lastAnswer === null ? '' : `, ${lastAnswer}`;
  const text = state === 'delivered' ? `${state}, attempt ${attemptCount}` : `${state}${last}`;
  return paintState(terminal, state, text);
}
