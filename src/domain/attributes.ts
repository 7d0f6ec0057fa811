import { isStorable } from './isStorable.js';
import { parseJsonPointer, valueAtPointer } from './json/jsonPointer.js';

/** What an event offers to filters. */
export interface AttributeSource {
  attributes: Record<string, string | string[]>;
  /** The parsed data. */
  data: unknown;
}

const maxAttributeNameLength = 64;
const maxAttributePointerLength = 256;
const maxAttributeValueLength = 512;

// A leading `_` is refused, and `__proto__` with it.
const plainName = /^[A-Za-z0-9][A-Za-z0-9_.-]*$/;
const pointerPrefix = 'data.';

/** Why an event may not have an attribute of this name, or null if it may. */
export function eventAttributeNameProblem(name: string): string | null {
  if (name.startsWith(pointerPrefix)) {
    return `A name that begins with "${pointerPrefix}" is a pointer into the data; choose another`;
  }
  if (name.length > maxAttributeNameLength || !plainName.test(name)) {
    return `A name has 1 to ${maxAttributeNameLength} letters, digits, "_", "." and "-", and begins with a letter or digit`;
  }
  return null;
}

/** Why this names no attribute that an endpoint can filter on, by name or by pointer (`data./status`), or null. */
export function attributeNameProblem(name: string): string | null {
  if (!name.startsWith(pointerPrefix)) return eventAttributeNameProblem(name);
  if (name.length > maxAttributePointerLength) {
    return `A pointer into the data has at most ${maxAttributePointerLength} characters`;
  }
  const pointer = name.slice(pointerPrefix.length);
  if (!pointer.startsWith('/')) return 'Write a pointer into the data as "data./status" (RFC 6901)';
  if (!isStorable(pointer)) return 'A pointer may not have U+0000 or half a surrogate pair';
  if (parseJsonPointer(pointer) === null) return 'In a pointer write "~" as "~0" (RFC 6901)';
  return null;
}

/** Why this may not be an attribute's value, in an event or a filter, or null. */
export function attributeValueProblem(value: string): string | null {
  if (value.length > maxAttributeValueLength) {
    return `A value has at most ${maxAttributeValueLength} characters`;
  }
  if (!isStorable(value)) return 'A value may not have U+0000 or half a surrogate pair';
  return null;
}

/**
 * The texts that an event has under an attribute: of a name those given with the event, of a pointer the value in the
 * data. Strings as they are; numbers, booleans and null by their JSON text (`1.0` is `1`; whole numbers past 2^53 lose
 * digits, so filter on those as strings); of an array each element; none of an object or an array within the array.
 */
export function attributeTexts(event: AttributeSource, name: string): string[] {
  if (!name.startsWith(pointerPrefix)) {
    return Object.hasOwn(event.attributes, name) ? [event.attributes[name] ?? []].flat() : [];
  }
  const tokens = parseJsonPointer(name.slice(pointerPrefix.length));
  const value = tokens === null ? undefined : valueAtPointer(event.data, tokens);
  const elements: unknown[] = Array.isArray(value) ? value : [value];
  return elements.map(scalarText).filter((text) => text !== null);
}

function scalarText(value: unknown): string | null {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean' || value === null) {
    return JSON.stringify(value);
  }
  return null;
}
