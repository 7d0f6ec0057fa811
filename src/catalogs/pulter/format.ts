import type { Format } from '../../domain/formats/format.js';
import { rowDataTexts } from '../../domain/imports/rowSlice.js';
import { joinMembers } from '../../domain/json/joinMembers.js';
import { pickMembers } from '../../domain/json/pickMembers.js';

/** Rows and what else the product gave are spliced in byte for byte. */
export const pulter: Format = {
  description:
    'Pulter: `{ id, templateId, event, index, count, totalRows, metadata, rows }`, `index` of `count` batches',
  render({ type, data }) {
    const given = pickMembers(data, 'id', 'templateId', 'metadata', 'rows');
    const body = joinMembers({
      id: given.id,
      templateId: given.templateId,
      event: JSON.stringify(type),
      // An event that holds its rows itself is one batch.
      index: '1',
      count: '1',
      totalRows: String((JSON.parse(given.rows) as unknown[]).length),
      metadata: given.metadata,
      rows: given.rows,
    });
    return { body, contentType: 'application/json', headers: {} };
  },
  renderBatch({ type, data }, { index, batches, totalRows }) {
    const given = pickMembers(data, 'id', 'templateId', 'metadata');
    const head = joinMembers({
      id: given.id,
      templateId: given.templateId,
      event: JSON.stringify(type),
      index: String(index),
      count: String(batches),
      totalRows: String(totalRows),
      metadata: given.metadata,
    });
    return {
      before: `${head.slice(0, -1)},"rows":[`,
      rowTexts: rowDataTexts,
      after: ']}',
      contentType: 'application/json',
      headers: {},
    };
  },
};
