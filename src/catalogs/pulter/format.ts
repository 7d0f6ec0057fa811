import type { Format, FormatInput } from '../../domain/formats/format.js';
import { rowsFrame } from '../../domain/imports/batch.js';
import { rowDataTexts } from '../../domain/imports/rowSlice.js';
import { joinMembers } from '../../domain/json/joinMembers.js';
import { pickMembers } from '../../domain/json/pickMembers.js';

interface Place {
  /** From 1, of `count` batches. */
  index: number;
  count: number;
  totalRows: number;
}

/** A body without its rows. Rows and what else the product gave are spliced in byte for byte. */
function headOf(
  { type, data }: Pick<FormatInput, 'type' | 'data'>,
  { index, count, totalRows }: Place,
): Record<string, string> {
  const given = pickMembers(data, 'id', 'templateId', 'metadata');
  return {
    id: given.id,
    templateId: given.templateId,
    event: JSON.stringify(type),
    index: String(index),
    count: String(count),
    totalRows: String(totalRows),
    metadata: given.metadata,
  };
}

const asJson = { contentType: 'application/json', headers: {} };

export const pulter: Format = {
  description:
    'Pulter: `{ id, templateId, event, index, count, totalRows, metadata, rows }`, `index` of `count` batches',
  // An event that holds its rows itself is one batch.
  render(event) {
    const { rows } = pickMembers(event.data, 'rows');
    const totalRows = (JSON.parse(rows) as unknown[]).length;
    const body = joinMembers({ ...headOf(event, { index: 1, count: 1, totalRows }), rows });
    return { body, ...asJson };
  },
  renderBatch(event, { index, batches, totalRows }) {
    const head = joinMembers(headOf(event, { index, count: batches, totalRows }));
    return { ...rowsFrame(head), rowTexts: rowDataTexts, ...asJson };
  },
};
