import { fillMembers } from '../../domain/json/fillMembers.js';
import { scanJson } from '../../domain/json/scanJson.js';
import type { CatalogEvent } from '../catalog.js';
import { commentCategory } from './categories.js';

/** The payload with what follows from the event; of a comment's changes both are there, null where there is none. */
export function completePayload({ type, timestamp, data }: CatalogEvent): string {
  const [category = '', operation = ''] = type.split('.');
  const filled = fillMembers(data, {
    eventTimestamp: JSON.stringify(timestamp),
    operationType: JSON.stringify(operation),
  });
  if (category !== commentCategory) return filled;
  const changes = scanJson(filled).members?.get('data');
  if (changes === undefined) throw new Error(`The payload of ${type} was accepted without data.`);
  const { start, end } = changes;
  const both = fillMembers(filled.slice(start, end), { oldValue: 'null', updateMask: 'null' });
  return filled.slice(0, start) + both + filled.slice(end);
}
