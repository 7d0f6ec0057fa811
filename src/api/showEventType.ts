import type { KnownType } from '../catalogs/catalogSet.js';
import type { EventTypeRecord } from '../store/eventTypes.js';
import { spliceJson } from './spliceJson.js';

/** The JSON text of an event type, its schema and sample byte for byte as they were given. */
export function showEventType(record: EventTypeRecord): string {
  const { name, title, description, group, rows, schema, sample, createdAt, updatedAt } = record;
  const ofCatalogs = { action: null, availability: null, rows, catalog: null };
  return spliceJson(
    { name, title, description, group, ...ofCatalogs, createdAt, updatedAt },
    { schema: schema ?? 'null', ...(sample === null ? {} : { sample }) },
  );
}

/** The same of a catalog's type. */
export function showCatalogType({ type, catalog }: KnownType): string {
  const { name, title, group, schema, sample } = type;
  const { description = null, action = null, availability = null, rows = null } = type;
  return JSON.stringify({
    ...{ name, title, description, group, action, availability, rows, catalog: catalog.name },
    ...{ createdAt: null, updatedAt: null, schema, sample },
  });
}
