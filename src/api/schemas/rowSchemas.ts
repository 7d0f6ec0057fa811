import { z } from 'zod';
import { maxRowIdLength } from '../../domain/limits.js';

/** Places of rows are integers in Postgres. */
export const maxRowNumber = 2_147_483_647;

export const maxPageRows = 1_000;

export const rowsAppended = z
  .object({
    received: z.int().describe('Rows of this request that are stored now and were not before'),
    skipped: z.int().describe('Rows of this request that had been stored before, as `offset` told'),
    stored: z.int().describe('Rows that the import has, and the offset to go on from'),
  })
  .meta({ id: 'RowsAppended' });

/** For the OpenAPI document alone: lines are checked as they come. */
export const newRow = z
  .strictObject({
    id: z.string().min(1).max(maxRowIdLength).optional().describe('Made from its place if absent'),
    data: z.looseObject({}).describe('Kept and sent byte for byte'),
    valid: z.boolean().optional().describe('`true` if absent'),
  })
  .meta({ id: 'NewRow' });

export const rowShown = z
  .object({
    id: z.string().describe("The product's own, or a UUID that is always the same for this row"),
    data: z.looseObject({}).describe('Byte for byte as it was given'),
    valid: z.boolean(),
  })
  .meta({ id: 'Row' });

export const rowPage = z
  .object({
    data: z.array(rowShown),
    page: z.int(),
    limit: z.int(),
    offset: z.int().describe('Rows before the page'),
    onPage: z.int(),
    totalCount: z.int(),
    pageCount: z.int().describe('0 where there are no rows'),
  })
  .meta({ id: 'RowPage' });
