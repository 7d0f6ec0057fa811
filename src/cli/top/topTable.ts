import type { components } from '../../client/index.js';
import { maxQueuedOfEach } from '../../domain/limits.js';
import { paintEndpointState } from '../paint.js';
import { safeText } from '../safeText.js';
import { table } from '../table.js';
import type { Terminal } from '../terminal.js';

export type Queues = components['schemas']['Queues'];
export type Queue = Queues['data'][number];

/** A look, and when it was made. */
export interface Look {
  queues: Queues;
  atMs: number;
}

const titles = [
  'STATE',
  'QUEUED',
  'A SECOND',
  'OLDEST',
  'RETRYING',
  'NEXT PROBE',
  'TENANT',
  'ENDPOINT',
  'URL',
];
const maxUrlShown = 40;

/** What waits, by endpoint; the change of each queue since the look before. */
export function topTable(look: Look, before: Look | null, terminal: Terminal): string {
  const { data, isWhole } = look.queues;
  const at = new Date(look.atMs).toISOString().slice(11, 19);
  const queued = data.reduce((sum, one) => sum + one.queued, 0);
  const retrying = data.reduce((sum, one) => sum + one.retrying, 0);
  const many = data.some((one) => one.queued >= maxQueuedOfEach) || !isWhole ? ' or more' : '';
  const heading = `${at} UTC  ${queued}${many} queued, ${retrying} retrying at the endpoints shown (${data.length})\n`;
  if (data.length === 0) return `${at} UTC  nothing waits\n`;
  return (
    heading +
    table(
      titles,
      data.map((queue) => row(queue, look, before, terminal)),
    )
  );
}

function row(queue: Queue, look: Look, before: Look | null, terminal: Terminal): string[] {
  const { queued, oldestQueuedAt, retrying, tenant, endpointId, url } = queue;
  return [
    stateText(queue, terminal),
    queued >= maxQueuedOfEach ? `${queued}+` : String(queued),
    changeText(queue, look, before),
    oldestQueuedAt === null ? '' : spanText(look.atMs - Date.parse(oldestQueuedAt)),
    String(retrying),
    probeText(queue, look.atMs),
    tenant,
    endpointId,
    safeText(url).slice(0, maxUrlShown),
  ];
}

/** What waits is the probe; where nothing does, the next event will be. */
function probeText({ nextProbeAt, queued }: Queue, nowMs: number): string {
  if (nextProbeAt === null) return '';
  const inMs = Date.parse(nextProbeAt) - nowMs;
  if (inMs > 0) return `in ${spanText(inMs)}`;
  return queued > 0 ? 'now' : 'next event';
}

/** An open endpoint with a queue is drained, or its drain waits: for a retry, for its rate, for what blocks an order. */
function stateText({ state, drain, queued }: Queue, terminal: Terminal): string {
  if (state !== 'open' || queued === 0) return paintEndpointState(terminal, state);
  return drain === 'looking' ? 'draining' : 'waiting';
}

/** `-12.5`; empty where it isn't known. */
function changeText({ endpointId, queued }: Queue, look: Look, before: Look | null): string {
  const earlier = before?.queues.data.find((one) => one.endpointId === endpointId);
  if (before === null || earlier === undefined) return '';
  if (queued >= maxQueuedOfEach || earlier.queued >= maxQueuedOfEach) return '';
  const perSecond = ((queued - earlier.queued) * 1_000) / (look.atMs - before.atMs);
  return `${perSecond > 0 ? '+' : ''}${perSecond.toFixed(1)}`;
}

/** `0s`, `59s`, `12m`, `5h`, `3d`. */
function spanText(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000));
  if (seconds < 60) return `${seconds}s`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)}m`;
  return seconds < 172_800 ? `${Math.floor(seconds / 3_600)}h` : `${Math.floor(seconds / 86_400)}d`;
}
