import { createSchemaCompiler, type DataSchema } from '../jsonSchema/dataSchemas.js';
import type { CatalogType } from './catalog.js';

const compile = createSchemaCompiler();
const compiled = new WeakMap<object, DataSchema>();

/** The schema of a type ready to check data with, compiled when it is first asked for; types may share one. */
export function schemaOf(type: CatalogType, { fromImport = false } = {}): DataSchema {
  const schema = (fromImport ? type.importSchema : undefined) ?? type.schema;
  const known = compiled.get(schema);
  if (known !== undefined) return known;
  const fresh = compile(JSON.stringify(schema));
  compiled.set(schema, fresh);
  return fresh;
}
