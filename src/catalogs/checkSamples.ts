import type { Catalog } from './catalog.js';
import { schemaOf } from './catalogSchemas.js';

/** Throws, naming it, where a sample breaks the schema of its own type, or a schema is none. For the start of a service. */
export function checkSamples(catalogs: readonly Catalog[]): void {
  for (const { name, types } of catalogs) {
    for (const type of types) {
      const [part] = schemaOf(type).problemsOf(type.sample);
      if (part === undefined) continue;
      const place = part.pointer.replace(/^\/data/, '/sample');
      throw new Error(
        `The catalog ${name} can't be used: the sample of ${type.name} breaks its own schema: ${place} ${part.detail}.`,
      );
    }
  }
}
