import type { FormatInput, RenderedBody } from '../domain/formats/format.js';
import { batchText, type Batch } from '../domain/imports/batch.js';
import { formatOf } from './formats.js';

/** To be raised where a batch of old would get other bytes: one that was sent once is rendered as before. */
export const batchRenderer = 1;

/** The body of one batch. `event.id` is the batch's own webhook-id, `event.data` what the product said of the import. */
export function renderBatch(format: string, event: FormatInput, batch: Batch): RenderedBody {
  const known = formatOf(format);
  if (known.renderBatch !== undefined) return known.renderBatch(event, batch);
  return known.render({ ...event, data: batchText(batch, event.data) });
}
