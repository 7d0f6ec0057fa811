import type { components } from '../../client/index.js';
import { factLines } from '../factLines.js';
import { paintState } from '../paint.js';
import { table } from '../table.js';
import type { Terminal } from '../terminal.js';

type Summary = components['schemas']['ImportSummary'];
type Import = components['schemas']['Import'];
export type ImportRun = components['schemas']['ImportRun'];

export const importTitles = [
  'IMPORT',
  'TENANT',
  'STATE',
  'ROWS',
  'INVALID',
  'TYPES',
  'CREATED',
  'COMPLETED',
];

/** A line of a list of imports. */
export function importRow({
  id,
  tenant,
  rows,
  eventTypes,
  createdAt,
  completedAt,
  ...summary
}: Summary): string[] {
  const { total, invalid } = rows;
  return [
    ...[id, tenant, stateText(summary), `${total}`, `${invalid}`, eventTypes.join(',')],
    ...[createdAt, completedAt ?? ''],
  ];
}

function stateText({ state, paused }: Pick<Summary, 'state' | 'paused'>): string {
  return paused ? `${state}, paused` : state;
}

/** An import, with how far each delivery of its rows is, for a person. */
export function showImport(shown: Import, terminal: Terminal): string {
  const { id, tenant, rows, eventTypes, endpoint, deliveries } = shown;
  const lines = factLines([
    ['state', stateText(shown)],
    ['tenant', tenant],
    ['rows', `${rows.total}, ${rows.invalid} of them invalid, ${rows.bytes} bytes`],
    ['expired', rows.expiredAt],
    ['events', eventTypes.length === 0 ? null : eventTypes.join(', ')],
    ['its endpoint', endpoint === null ? null : endpoint.url],
    ['created', shown.createdAt],
    ['completed', shown.completedAt],
  ]);
  const titles = [...progressTitles, 'LAST ANSWER', 'NEXT ATTEMPT', 'ENDPOINT', ''];
  const runs = deliveries.map((one) => [
    ...progressRow(one, terminal),
    ...[one.lastAnswer ?? '', one.nextAttemptAt ?? '', one.endpointId, one.reason ?? ''],
  ]);
  return `${id}\n${lines}${runs.length === 0 ? '' : `\n${table(titles, runs)}`}`;
}

/** What pausing, resuming or cancelling one came to. */
export function showImportRun({ id, state, deliveries }: ImportRun, terminal: Terminal): string {
  const runs = deliveries.map((one) => progressRow(one, terminal));
  const uploaded = state === 'open' ? 'its upload goes on' : `its upload is ${state}`;
  return `${id}: ${uploaded}.\n${runs.length === 0 ? '' : table(progressTitles, runs)}`;
}

const progressTitles = ['DELIVERY', 'STATE', 'BATCHES', 'ROWS'];

function progressRow(run: ImportRun['deliveries'][number], terminal: Terminal): string[] {
  const { id, state, paused, acknowledged, batches, acknowledgedRows, totalRows } = run;
  return [
    id,
    paintState(terminal, state) + (paused ? ', paused' : ''),
    `${acknowledged} of ${batches ?? '?'}`,
    `${acknowledgedRows} of ${totalRows}`,
  ];
}
