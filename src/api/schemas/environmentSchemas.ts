import { z } from 'zod';
import { catalogNames, catalogsOn } from '../../catalogs/catalogs.js';
import { environments } from '../../domain/words.js';
import { type EnvironmentRecord, undeclaredTypesChoices } from '../../store/environments.js';
import { moment } from './moment.js';

const undeclaredTypes = z
  .enum(undeclaredTypesChoices)
  .describe('What becomes of events whose type is not declared; `accept` unless changed');

const catalogs = z
  .array(z.enum(catalogNames, `There are these catalogs: ${catalogNames.join(', ')}`))
  .describe(
    'Those that are on, whose types come ready and whose names are reserved; all unless changed',
  );

/** A JSON Merge Patch (RFC 7396): null restores a default. */
export const environmentPatch = z
  .strictObject({ undeclaredTypes: undeclaredTypes.nullish(), catalogs: catalogs.nullish() })
  .meta({ id: 'EnvironmentPatch' });

export const environmentShown = z
  .object({
    name: z.enum(environments),
    undeclaredTypes,
    catalogs,
    updatedAt: moment.nullable().describe('Null: never changed'),
  })
  .meta({ id: 'Environment' });

export function showEnvironment(record: EnvironmentRecord): z.output<typeof environmentShown> {
  return {
    name: record.name,
    undeclaredTypes: record.undeclaredTypes ?? 'accept',
    catalogs: catalogsOn(record.catalogsOff).catalogs.map(({ name }) => name),
    updatedAt: record.updatedAt?.toISOString() ?? null,
  };
}
