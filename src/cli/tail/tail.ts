import { setTimeout as sleep } from 'node:timers/promises';
import type { EverhookClient } from '../../client/index.js';
import { describeDelivery } from '../../domain/describeDelivery.js';
import { isFinal } from '../../domain/words.js';
import { listDeliveries, type DeliverySummary } from '../deliveries/listDeliveries.js';
import { isAbort } from '../isAbort.js';
import { isPassing } from '../isPassing.js';
import { paintState } from '../paint.js';
import type { Terminal } from '../terminal.js';
import { jsonLine } from '../jsonLine.js';

const lookEveryMs = 500;
/** What is followed: the newest. The change of an older one is not seen. */
const followed = 250;

export interface TailOptions {
  /** Undefined: all tenants. */
  tenant: string | undefined;
  /** Of those that are there already, how many are shown first. */
  lines: number;
  json: boolean;
}

/** Shows every change of the newest deliveries until the user stops it. A service that is away is waited for. */
export async function tail(
  client: EverhookClient,
  options: TailOptions,
  terminal: Terminal,
): Promise<void> {
  const stopped = terminal.untilStopped();
  let seen: Map<string, string> | null = null;
  let isAway = false;
  try {
    for (;;) {
      const newest = await newestFirst(client, options.tenant, stopped, seen === null);
      if (newest instanceof Error) {
        if (!isAway) terminal.err(`${newest.message}\nWaiting for it …\n`);
        isAway = true;
      } else {
        isAway = false;
        const changed = newest.filter((one) => seen?.get(one.id) !== phaseOf(one));
        const shown = seen === null ? changed.slice(0, options.lines) : changed;
        for (const one of shown.toReversed()) terminal.out(line(one, options.json, terminal));
        seen = new Map(newest.map((one) => [one.id, phaseOf(one)]));
      }
      await sleep(lookEveryMs, undefined, { signal: stopped });
    }
  } catch (error) {
    if (!isAbort(error, stopped)) throw error;
  }
}

/** A first look that fails is told at once: the address or the key is wrong. Later ones may be a restart. */
async function newestFirst(
  client: EverhookClient,
  tenant: string | undefined,
  signal: AbortSignal,
  isFirst: boolean,
): Promise<DeliverySummary[] | Error> {
  try {
    const query = { limit: followed, ...(tenant === undefined ? {} : { tenant }) };
    return (await listDeliveries(client, query, signal)).data;
  } catch (error) {
    if (isPassing(error) && !isFirst) return error;
    throw error;
  }
}

/** Two looks that give the same have nothing new to show. */
function phaseOf({ state, round, attemptCount }: DeliverySummary): string {
  return `${state}/${round}/${attemptCount}`;
}

function line(delivery: DeliverySummary, asJson: boolean, terminal: Terminal): string {
  if (asJson) return jsonLine(delivery);
  const { id, eventType, tenant, state, attemptCount, attemptsAllowed, lastAnswer } = delivery;
  const nowMs = Date.now();
  const next = delivery.nextAttemptAt;
  const what = describeDelivery(
    {
      deliveryId: id,
      state,
      attemptCount,
      attemptsAllowed,
      lastAnswer,
      nextAttemptAtMs: next === null ? null : Date.parse(next),
    },
    nowMs,
  );
  const facts = isFinal(state) ? what.slice(state.length) : `  ${what}`;
  const time = new Date(nowMs).toTimeString().slice(0, 8);
  return `${time}  ${id}  ${eventType}  ${tenant}  ${paintState(terminal, state)}${facts}\n`;
}
