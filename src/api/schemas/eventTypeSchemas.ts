import { z } from 'zod';
import { rowChoices } from '../../domain/imports/rowChoice.js';
import { moment } from './moment.js';
import { eventTypeName } from './params.js';
import { plainText } from './plainText.js';

const schemaField = z.union([z.looseObject({}), z.boolean()]).nullable();

const rowsField = z.enum(rowChoices);
const rowsMeaning =
  'Which rows of an import its events bring, in batches; such a type is subscribed to by its exact name, never through `*`';

export const eventTypeInput = z
  .strictObject({
    title: plainText(1, 200).nullish(),
    description: plainText(1, 5_000).nullish(),
    group: plainText(1, 100).nullish(),
    schema: schemaField
      .optional()
      .describe('A JSON Schema (2020-12) that the data of every event of the type must fit'),
    sample: z.unknown().optional().describe('Sample data; must fit the schema'),
    rows: rowsField.nullish().describe(`${rowsMeaning}; absent: none`),
  })
  .meta({ id: 'EventTypeDeclaration' });

export const eventTypeShown = z
  .object({
    name: eventTypeName,
    title: z.string().nullable(),
    description: z.string().nullable(),
    group: z.string().nullable(),
    action: z
      .string()
      .nullable()
      .describe('With `group` it makes a matrix, a row for each group; null: none'),
    availability: z
      .string()
      .nullable()
      .describe('When there are such events, in words; null: always'),
    rows: rowsField.nullable().describe(`${rowsMeaning}; null: none`),
    catalog: z.string().nullable().describe('Whose type it is; null: declared by oneself'),
    schema: schemaField.describe('As it was given; null: any data'),
    sample: z.unknown().optional().describe('As it was given; absent: none'),
    createdAt: moment.nullable().describe('Null: of a catalog'),
    updatedAt: moment.nullable(),
  })
  .meta({ id: 'EventType' });
