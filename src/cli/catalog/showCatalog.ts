import type { Catalog, EndpointRules } from '../../catalogs/catalog.js';
import { table } from '../table.js';

/** All of a catalog but its functions. */
export function catalogJson(catalog: Catalog): object {
  const { name, title, description, types, formats, endpointRules } = catalog;
  return {
    ...{ name, title, description },
    formats: Object.entries(formats).map(([format, { description: what }]) => ({
      name: format,
      description: what,
    })),
    endpointRules: endpointRules === undefined ? null : rulesJson(endpointRules),
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
    type.rows ?? '',
  ]);
  const samples = types.map((type) => `${type.name}\n  ${JSON.stringify(type.sample)}\n`);
  return [
    `${name}: ${title}\n${description}.\n`,
    ...(formatRows.length === 0 ? [] : [table(['FORMAT', 'BODY'], formatRows)]),
    ...(endpointRules === undefined ? [] : [showRules(name, endpointRules)]),
    table(['TYPE', 'TITLE', 'GROUP', 'ACTION', 'AVAILABILITY', 'ROWS'], typeRows),
    `Samples, as a product sends them:\n\n${samples.join('')}`,
  ].join('\n');
}

function rulesJson({ requiredScope, limit }: EndpointRules): object {
  return { requiredScope: requiredScope ?? null, limit: limit ?? null };
}

/** One line for each; those that are code are told on the catalog's page. */
function showRules(name: string, { requiredScope, limit, problemOf }: EndpointRules): string {
  const lines = [
    requiredScope === undefined
      ? null
      : `An endpoint of its formats needs the scope ${requiredScope}:<value>.`,
    limit === undefined ? null : `Endpoints of a tenant in one scope: ${limit} at most.`,
    problemOf === undefined ? null : `Endpoints have rules that docs/catalogs/${name}.md tells.`,
  ];
  return lines
    .filter((line) => line !== null)
    .map((line) => `${line}\n`)
    .join('');
}
