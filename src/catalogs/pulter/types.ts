import type { CatalogType } from '../catalog.js';

const properties = {
  id: {
    type: 'string',
    minLength: 1,
    description: "The import's id; the event's own where there is none",
  },
  templateId: {
    type: ['string', 'null'],
    description: 'Which template the import was made with',
  },
  metadata: { type: 'object', description: 'What the product knows of the import' },
};

const schema = {
  type: 'object',
  properties: {
    ...properties,
    rows: { type: 'array', items: { type: 'object' }, description: 'The rows, in their order' },
  },
  required: ['rows'],
  additionalProperties: false,
};

/** The rows are the import's. */
const importSchema = { type: 'object', properties, additionalProperties: false };

const valid = { firstName: 'Ada', email: 'ada@example.com' };
const invalid = { firstName: 'Bob', email: 'bob at example.com' };
const sampleOf = (rows: object[]): object => ({
  id: 'imp-2041',
  templateId: 'contacts',
  metadata: { uploadedBy: 'user-7' },
  rows,
});

export const types: readonly CatalogType[] = [
  {
    name: 'all',
    title: 'All imported data',
    description: 'This event contains all the imported data, both valid and invalid',
    group: 'rows',
    rows: 'all',
    schema,
    importSchema,
    sample: sampleOf([valid, invalid]),
  },
  {
    name: 'validData',
    title: 'Valid imported data',
    description: 'This event contains only valid imported data',
    group: 'rows',
    rows: 'valid',
    schema,
    importSchema,
    sample: sampleOf([valid]),
  },
  {
    name: 'invalidData',
    title: 'Invalid imported data',
    description: 'This event contains only invalid imported data',
    group: 'rows',
    rows: 'invalid',
    schema,
    importSchema,
    sample: sampleOf([invalid]),
  },
];
