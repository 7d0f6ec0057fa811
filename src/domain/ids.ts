/** The kinds of ids that the API shows: a prefix, an underscore and a UUIDv7 in its canonical text. */
export const idPrefixes = {
  event: 'evt',
  delivery: 'dlv',
  endpoint: 'ep',
  attempt: 'att',
  import: 'imp',
  recovery: 'rec',
  apiKey: 'key',
  jwtKey: 'jwk',
  auditEntry: 'aud',
} as const;

export type IdKind = keyof typeof idPrefixes;

const uuidText = '[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}';

/** What a shown id of this kind looks like, for validation and for the OpenAPI document. */
export function idPattern(kind: IdKind): RegExp {
  return new RegExp(`^${idPrefixes[kind]}_${uuidText}$`);
}

/** `evt_0193…` from a bare UUID. */
export function showId(kind: IdKind, uuid: string): string {
  return `${idPrefixes[kind]}_${uuid}`;
}

/** The bare UUID of a shown id, or null if it isn't an id of this kind. */
export function parseId(kind: IdKind, shown: string): string | null {
  return idPattern(kind).test(shown) ? shown.slice(idPrefixes[kind].length + 1) : null;
}

/** The bare UUID of a shown id that was checked before; throws where it is none of this kind. */
export function uuidOf(kind: IdKind, shown: string): string {
  const uuid = parseId(kind, shown);
  if (uuid === null)
    throw new Error(`"${shown}" is no id of this kind: ${idPrefixes[kind]}_ and a UUID.`);
  return uuid;
}

/** The moment in a UUIDv7, in milliseconds since 1970 (RFC 9562, section 5.7). */
export function uuidTimeMs(uuid: string): number {
  return Number.parseInt(uuid.slice(0, 8) + uuid.slice(9, 13), 16);
}

/** The lowest UUID of a millisecond; with that of a later one it bounds the ids made in between. */
export function lowestUuidAt(timeMs: number): string {
  const hex = timeMs.toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-0000-0000-000000000000`;
}

/** The time and the first 12 random bits of a UUIDv7. */
const familyLength = 'tttttttt-tttt-7rrr'.length;

/**
 * The id of an event's delivery to an endpoint. It begins as the event's does, with the time and 12 random bits: so an
 * event's deliveries are one short range of their primary key, even where thousands of events come in one millisecond.
 * The rest is both ids' random bits, one XOR the other: so the primary key alone keeps an endpoint from getting an
 * event twice, without an index on both that would be written to again when its delivery's state changes.
 */
export function deliveryIdOf(eventId: string, endpointId: string): string {
  const bits = (at: number, length: number): number =>
    Number.parseInt(eventId.slice(at, at + length), 16) ^
    Number.parseInt(endpointId.slice(at, at + length), 16);
  const variant = 0x8000;
  const fourth = variant | (bits(familyLength + 1, 4) & 0x3fff);
  return `${eventId.slice(0, familyLength)}-${hexOf(fourth, 4)}-${hexOf(bits(24, 6), 6)}${hexOf(bits(30, 6), 6)}`;
}

function hexOf(value: number, length: number): string {
  return value.toString(16).padStart(length, '0');
}

/** What bounds the ids of an event's children: the lowest, and the lowest beyond them. */
export function childIdRange(eventId: string): { lowest: string; beyond: string } {
  const digits = familyLength - '7rrr'.length;
  const next = Number.parseInt(eventId.slice(digits, familyLength), 16) + 1;
  const rest = '-0000-000000000000';
  return {
    lowest: eventId.slice(0, familyLength) + rest,
    beyond: eventId.slice(0, digits) + next.toString(16) + rest,
  };
}
