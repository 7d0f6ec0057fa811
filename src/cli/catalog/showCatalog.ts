import type { Catalog } from '../../catalogs/catalog.js';
import { table } from '../table.js';

/** All of a catalog but its functions. */
export function catalogJson({ formats, ...catalog }: Catalog): object {
  const { name, title, description, types, endpointRules } = catalog;
  return {
    ...{ name, title, description },
    formats: Object.entries(formats).map(([format, { description: what }]) => ({
      name: format,
      description: what,
    })),
    endpointRules: endpointRules ?? null,
    types,
  };
}

/** A catalog as a person reads it. */
export function showCatalog({
  name,
  title,
  description,
  types,
  formats,
  endpointRules,
}: Catalog): string {
  const formatRows = Object.entries(formats).map(([format, what]) => [format, what.description]);
  const typeRows = types.map((type) => [
    ...[type.name, type.title, type.group, type.action ?? '', type.availability ?? ''],
  ]);
  const samples = types.map((type) => `${type.name}\n  ${JSON.stringify(type.sample)}\n`);
  const rules =
    endpointRules === undefined
      ? []
      : [
          `An endpoint of its formats needs the scope ${endpointRules.requiredScope}:<value>; ${endpointRules.limit} in one scope at most.\n`,
        ];
  return [
    `${name}: ${title}\n${description}.\n`,
    table(['FORMAT', 'BODY'], formatRows),
    ...rules,
    table(['TYPE', 'TITLE', 'GROUP', 'ACTION', 'AVAILABILITY'], typeRows),
    `Samples, as a product sends them:\n\n${samples.join('')}`,
  ].join('\n');
}
