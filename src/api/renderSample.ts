import { completeEvent } from '../catalogs/completeEvent.js';
import type { CatalogSet } from '../catalogs/catalogSet.js';
import { formatMismatch, formatOf } from '../catalogs/formats.js';
import type { RenderedBody } from '../domain/formats/format.js';
import { showId } from '../domain/ids.js';
import { Problem } from '../domain/problem.js';
import { newUuid } from '../store/newUuid.js';

/** Data for types that declare no sample. */
const madeSample = '{"message":"This is a test."}';

export interface Sample extends RenderedBody {
  /** One that no event has. */
  webhookId: string;
}

/** What a sample is rendered in. */
export interface SampleSurroundings {
  /** Those that are on. */
  catalogs: CatalogSet;
  nowMs: number;
  cloudEventsSource: string;
}

/**
 * A type's sample as an event of the type would be sent. `declared`: the JSON text of its sample, or null where it has
 * none; a catalog's type has its own. Throws `data_unfit_for_format` where the format can't carry it.
 */
export function renderSample(
  format: string,
  { eventType, declared }: { eventType: string; declared: string | null },
  { catalogs, nowMs, cloudEventsSource }: SampleSurroundings,
): Sample {
  const mismatch = formatMismatch(format, eventType, catalogs);
  if (mismatch !== null) throw unfit(`The endpoint ${mismatch}`);
  const webhookId = showId('event', newUuid());
  const event = { id: webhookId, type: eventType, timestamp: new Date(nowMs).toISOString() };
  const data = sampleData(catalogs, event, declared);
  const known = formatOf(format);
  const lack = known.lacks?.(data) ?? null;
  if (lack !== null) {
    throw unfit(
      `The sample of ${eventType} can't be sent in the format ${format}, which needs ${lack}`,
    );
  }
  return { webhookId, ...known.render({ ...event, data, source: cloudEventsSource }) };
}

/** As it would be stored: a catalog's goes the same way as the data of its events. */
function sampleData(
  catalogs: CatalogSet,
  event: { id: string; type: string; timestamp: string },
  declared: string | null,
): string {
  const known = catalogs.typeOf(event.type);
  if (known === undefined) return declared ?? madeSample;
  const value = known.type.sample;
  const completed = completeEvent(
    known,
    { ...event, data: JSON.stringify(value), value, attributes: {}, fromImport: false },
    // The sample's claims are signed by nobody, whatever keys the tenant has.
    { verifyJwt: null, keepsRowsOf: () => null },
  );
  if (completed instanceof Problem) throw completed;
  return completed.data;
}

function unfit(detail: string): Problem {
  return new Problem('data_unfit_for_format', `${detail}.`, [{ pointer: '/format', detail }]);
}
