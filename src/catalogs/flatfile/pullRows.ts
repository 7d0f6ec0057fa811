import { joinMembers } from '../../domain/json/joinMembers.js';
import type { CatalogRoute } from '../catalog.js';

const whole = { type: 'integer' };
const pagination = {
  currentPage: whole,
  limit: whole,
  offset: whole,
  onPage: whole,
  totalCount: whole,
  pageCount: whole,
};

/** "Records for file upload": the batch that a webhook names in `scope.batchId`. */
export const pullRows: CatalogRoute = {
  path: '/rest/batch/:batchId/rows',
  operationId: 'pullFlatfileRows',
  summary: "Flatfile: pull the rows of a batch; a tenant's key sees its own alone",
  defaultLimit: 50,
  showPage({ rows, page, limit, offset, totalCount, pageCount }) {
    const data = rows.map((row) => joinMembers({ id: JSON.stringify(row.id), mapped: row.data }));
    const counts = { currentPage: page, limit, offset, onPage: rows.length, totalCount, pageCount };
    return joinMembers({ pagination: JSON.stringify(counts), data: `[${data.join(',')}]` });
  },
  answer: {
    type: 'object',
    required: ['pagination', 'data'],
    properties: {
      pagination: {
        type: 'object',
        required: Object.keys(pagination),
        properties: pagination,
      },
      data: {
        type: 'array',
        items: {
          type: 'object',
          required: ['id', 'mapped'],
          properties: { id: { type: 'string' }, mapped: { type: 'object' } },
        },
      },
    },
  },
};
