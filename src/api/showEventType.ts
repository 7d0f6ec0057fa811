import type { EventTypeRecord } from '../store/eventTypes.js';
import { spliceJson } from './spliceJson.js';

/** The JSON text of an event type, its schema and sample byte for byte as they were given. */
export function showEventType(record: EventTypeRecord): string {
  const { name, title, description, group, schema, sample, createdAt, updatedAt } = record;
  return spliceJson(
    { name, title, description, group, createdAt, updatedAt },
    { schema: schema ?? 'null', ...(sample === null ? {} : { sample }) },
  );
}
