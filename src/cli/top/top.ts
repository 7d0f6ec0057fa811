import { setTimeout as sleep } from 'node:timers/promises';
import { dataOf, type EverhookClient } from '../../client/index.js';
import { isAbort } from '../isAbort.js';
import { isPassing } from '../isPassing.js';
import { Redrawer } from '../redrawer.js';
import type { Terminal } from '../terminal.js';
import { topTable, type Look } from './topTable.js';
import { jsonLine } from '../jsonLine.js';

const lookEveryMs = 2_000;
/** Of a screen: the heading, the titles, and the line that the cursor is on. */
const linesBesideRows = 3;

export interface TopOptions {
  /** Undefined: all tenants. */
  tenant: string | undefined;
  rows: number;
  once: boolean;
  json: boolean;
}

/**
 * Shows what waits, by endpoint, until the user stops it: in place on a screen, elsewhere one table after the other. A
 * service that is away is waited for, but not at the first look.
 */
export async function top(
  client: EverhookClient,
  options: TopOptions,
  terminal: Terminal,
): Promise<void> {
  const { tenant, once, json } = options;
  const stopped = terminal.untilStopped();
  const redrawer = new Redrawer(terminal);
  const limit = Math.min(
    options.rows,
    Math.max(1, (terminal.screen?.rows ?? 1_000) - linesBesideRows),
  );
  const query = { limit, ...(tenant === undefined ? {} : { tenant }) };
  let before: Look | null = null;
  let isAway = false;
  try {
    for (;;) {
      try {
        const queues = await dataOf(
          client.GET('/v1/queues', { params: { query }, signal: stopped }),
        );
        const look: Look = { queues, atMs: Date.now() };
        if (json) terminal.out(jsonLine(queues));
        else show(topTable(look, before, terminal), redrawer, terminal);
        before = look;
        isAway = false;
      } catch (error) {
        if (before === null || !isPassing(error)) throw error;
        if (!json && !isAway) show(`${error.message}\nWaiting for it …\n`, redrawer, terminal);
        isAway = true;
      }
      if (once) return;
      await sleep(lookEveryMs, undefined, { signal: stopped });
    }
  } catch (error) {
    if (!isAbort(error, stopped)) throw error;
  }
}

function show(text: string, redrawer: Redrawer, terminal: Terminal): void {
  if (terminal.screen === null) return terminal.out(`${text}\n`);
  // A line that wraps would be two, and drawing over it would go wrong.
  const { columns } = terminal.screen;
  redrawer.draw(
    text
      .split('\n')
      .map((line) => cut(line, columns - 1))
      .join('\n'),
  );
}

/** The first columns of a line; SGR sequences take none. */
function cut(line: string, columns: number): string {
  let left = columns;
  // oxlint-disable-next-line no-control-regex
  return line.replace(/\u001B\[\d+m|[^]/gu, (part) => {
    if (part.length > 1 && part.startsWith('\u001B')) return part;
    left -= 1;
    return left >= 0 ? part : '';
  });
}
