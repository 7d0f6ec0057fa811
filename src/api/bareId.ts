import { type IdKind, parseId } from '../domain/ids.js';

/** The bare UUID of a shown id that the route's schema has checked already. */
export function bareId(kind: IdKind, shown: string): string {
  const uuid = parseId(kind, shown);
  if (uuid === null) throw new Error(`The route let pass "${shown}" as an id of the kind ${kind}`);
  return uuid;
}
