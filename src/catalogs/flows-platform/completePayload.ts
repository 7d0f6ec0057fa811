import { fillMembers } from '../../domain/json/fillMembers.js';
import { pickMembers } from '../../domain/json/pickMembers.js';
import { replaceMembers } from '../../domain/json/replaceMembers.js';
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
  const { data: changes } = pickMembers(filled, 'data');
  const both = fillMembers(changes, { oldValue: 'null', updateMask: 'null' });
  return replaceMembers(filled, { data: both });
}
