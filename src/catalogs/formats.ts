import type { Format } from '../domain/formats/format.js';
import { formats as generalFormats } from '../domain/formats/index.js';
import type { Catalog, CatalogFormat } from './catalog.js';
import { catalogs } from './catalogs.js';
import type { CatalogSet } from './catalogSet.js';

/** A format, and the catalog whose types alone it carries; null: it carries all. */
export interface KnownFormat extends CatalogFormat {
  catalog: Catalog | null;
}

/** All formats by the name that an endpoint asks for: the general ones, then those of each catalog. */
const formats: ReadonlyMap<string, KnownFormat> = new Map([
  ...Object.entries<Format>(generalFormats).map(known(null)),
  ...catalogs.flatMap((catalog) => Object.entries(catalog.formats).map(known(catalog))),
]);

export const formatNames = [...formats.keys()] as [string, ...string[]];

/** Each format as `` `name`: what it is ``, but for those left out. */
export function describeFormats(except: readonly string[] = []): string {
  return [...formats]
    .filter(([name]) => !except.includes(name))
    .map(([name, { description }]) => `\`${name}\`: ${description}`)
    .join('; ');
}

/** Throws where there is none; names that came from outside have been checked. */
export function formatOf(name: string): KnownFormat {
  const format = formats.get(name);
  if (format === undefined) throw new Error(`There is no format ${name}`);
  return format;
}

/** Whose format it is; null: general, or of a catalog that is not here any more, which endpoints may have outlived. */
export function catalogOf(format: string): Catalog | null {
  return formats.get(format)?.catalog ?? null;
}

/** Why a format carries no event of a type while these catalogs are on, in words that follow "it", or null. */
export function formatMismatch(name: string, type: string, on: CatalogSet): string | null {
  const format = formats.get(name);
  if (format === undefined) return `has the format ${name}, whose catalog is not here any more`;
  const { catalog, types } = format;
  if (catalog === null) return null;
  if (!on.includes(catalog)) return `has the format ${name}, whose catalog ${catalog.name} is off`;
  if (on.typeOf(type)?.catalog === catalog) {
    if (types === undefined || types.includes(type)) return null;
    return `has the format ${name}, which carries ${types.join(', ')} alone, and not ${type}`;
  }
  return `has the format ${name}, which carries types of the catalog ${catalog.name} alone, and ${type} is none`;
}

function known(catalog: Catalog | null) {
  return ([name, format]: [string, CatalogFormat]): [string, KnownFormat] => [
    name,
    { ...format, catalog },
  ];
}
