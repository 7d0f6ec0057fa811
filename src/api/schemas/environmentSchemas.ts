import { z } from 'zod';
import { environments } from '../../domain/words.js';
import { type EnvironmentRecord, undeclaredTypesChoices } from '../../store/environments.js';
import { moment } from './moment.js';

const undeclaredTypes = z
  .enum(undeclaredTypesChoices)
  .describe('What becomes of events whose type is not declared; `accept` unless changed');

/** A JSON Merge Patch (RFC 7396): null restores a default. */
export const environmentPatch = z
  .strictObject({ undeclaredTypes: undeclaredTypes.nullish() })
  .meta({ id: 'EnvironmentPatch' });

export const environmentShown = z
  .object({
    name: z.enum(environments),
    undeclaredTypes,
    updatedAt: moment.nullable().describe('Null: never changed'),
  })
  .meta({ id: 'Environment' });

export function showEnvironment(record: EnvironmentRecord): z.output<typeof environmentShown> {
  return {
    name: record.name,
    undeclaredTypes: record.undeclaredTypes ?? 'accept',
    updatedAt: record.updatedAt?.toISOString() ?? null,
  };
}
