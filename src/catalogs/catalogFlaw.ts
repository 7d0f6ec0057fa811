import { eventTypePattern, isReserved } from '../domain/eventTypeName.js';
import { formats as generalFormats } from '../domain/formats/index.js';
import type { Catalog } from './catalog.js';
import { routeFlaw } from './routeFlaw.js';

const namePattern = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/;

/** The catalog of the service's own events, and of no others. */
const ownName = 'everhook';

/** What is wrong with a catalog as its folder exports it, in words that follow a colon, or null. */
export function catalogFlaw(
  { name, types, formats, routes = [] }: Catalog,
  folderName: string,
): string | null {
  if (name !== folderName) return `it calls itself "${name}" and not as its folder`;
  if (!namePattern.test(name)) return 'a name is words of a-z and 0-9, joined by "-"';
  if (types.length === 0) return 'it has no types';
  const seen = new Set<string>();
  for (const type of types) {
    if (!eventTypePattern.test(type.name) || isReserved(type.name) !== (name === ownName)) {
      return `no event type may be called "${type.name}"`;
    }
    if (seen.has(type.name)) return `it has the type ${type.name} twice`;
    seen.add(type.name);
  }
  for (const [format, { types: carried = [] }] of Object.entries(formats)) {
    if (!namePattern.test(format)) return `no format may be called "${format}"`;
    // So that no two catalogs have one of the same name.
    if (format !== name && !format.startsWith(`${name}-`)) {
      return `its format "${format}" must be called "${name}", or begin with that and "-"`;
    }
    if (Object.hasOwn(generalFormats, format)) return `the format "${format}" is there already`;
    const unknown = carried.find((type) => !seen.has(type));
    if (unknown !== undefined)
      return `its format "${format}" carries ${unknown}, which is no type of it`;
  }
  return routes.map(routeFlaw).find((flaw) => flaw !== null) ?? null;
}
