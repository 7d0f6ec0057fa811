import { newUuid } from '../store/newUuid.js';
import { type FormatName, formats, type RenderedBody } from '../domain/formats/index.js';
import { showId } from '../domain/ids.js';
import { Problem } from '../domain/problem.js';

/** Data for types that declare no sample. */
const madeSample = '{"message":"This is a test."}';

export interface Sample extends RenderedBody {
  /** One that no event has. */
  webhookId: string;
}

/**
 * A type's sample as an event of the type would be sent. `declared`: the JSON text of its sample, or null where it has
 * none. Throws `data_unfit_for_format` where the format can't carry it.
 */
export function renderSample(
  format: FormatName,
  { eventType, declared }: { eventType: string; declared: string | null },
  { nowMs, cloudEventsSource }: { nowMs: number; cloudEventsSource: string },
): Sample {
  const data = declared ?? madeSample;
  const lack = formats[format].lacks?.(data) ?? null;
  if (lack !== null) {
    const detail = `The sample of ${eventType} can't be sent in the format ${format}, which needs ${lack}`;
    throw new Problem('data_unfit_for_format', `${detail}.`, [{ pointer: '/format', detail }]);
  }
  const webhookId = showId('event', newUuid());
  const rendered = formats[format].render({
    id: webhookId,
    type: eventType,
    timestamp: new Date(nowMs).toISOString(),
    data,
    source: cloudEventsSource,
  });
  return { webhookId, ...rendered };
}
