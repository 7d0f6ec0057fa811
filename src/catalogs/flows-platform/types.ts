import type { CatalogType } from '../catalog.js';
import { categories, commentCategory, operations } from './categories.js';
import { sampleOf } from './samples.js';
import { commentSchemas, entitySchemas } from './schemas.js';

/** A type for each field of the matrix: `packet.created`. */
export const types: readonly CatalogType[] = categories.flatMap((category) => {
  const { name: group, noun } = category;
  const schemas = group === commentCategory ? commentSchemas : entitySchemas;
  return operations.map((action) => ({
    name: `${group}.${action}`,
    title: `${noun} ${action}`,
    group,
    action,
    schema: schemas[action],
    sample: sampleOf(category, action),
  }));
});
