import type { Catalog, CatalogType } from './catalog.js';

/** A type and the catalog that it is of. */
export interface KnownType {
  type: CatalogType;
  catalog: Catalog;
}

/** The catalogs that are on in an environment; no two of them share a type's name. */
export class CatalogSet {
  readonly #types: ReadonlyMap<string, KnownType>;

  constructor(readonly catalogs: readonly Catalog[]) {
    this.#types = new Map(
      catalogs.flatMap((catalog) =>
        catalog.types.map((type): [string, KnownType] => [type.name, { type, catalog }]),
      ),
    );
  }

  /** By name. */
  get types(): readonly KnownType[] {
    return [...this.#types.values()].toSorted((a, b) => (a.type.name < b.type.name ? -1 : 1));
  }

  typeOf(name: string): KnownType | undefined {
    return this.#types.get(name);
  }

  includes(catalog: Catalog): boolean {
    return this.catalogs.includes(catalog);
  }
}

/** A type's name that two of the catalogs have, and who they are; null if there is none. */
export function sharedType(
  catalogs: readonly Catalog[],
): { type: string; catalogs: [string, string] } | null {
  const owners = new Map<string, string>();
  for (const { name, types } of catalogs) {
    for (const { name: type } of types) {
      const owner = owners.get(type);
      if (owner !== undefined) return { type, catalogs: [owner, name] };
      owners.set(type, name);
    }
  }
  return null;
}

/** All are on where nobody has said otherwise, but for those that share a type's name with one before them. */
export function offByDefault(catalogs: readonly Catalog[]): string[] {
  const on: Catalog[] = [];
  for (const catalog of catalogs) if (sharedType([...on, catalog]) === null) on.push(catalog);
  return catalogs.filter((catalog) => !on.includes(catalog)).map(({ name }) => name);
}
