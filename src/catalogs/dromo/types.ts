import type { CatalogType } from '../catalog.js';

const text = { type: 'string', minLength: 1 };
const textOrNull = { type: ['string', 'null'] };

const schema = {
  type: 'object',
  properties: {
    id: { ...text, description: 'The id of the import' },
    filename: {
      ...textOrNull,
      description: 'The file that was uploaded; null for manual input and initialData',
    },
    user: {
      type: 'object',
      properties: {
        id: text,
        name: textOrNull,
        email: textOrNull,
        company_id: textOrNull,
        company_name: textOrNull,
      },
      required: ['id'],
    },
    created_date: { type: 'string', format: 'date-time', description: 'The completion time' },
    import_type: { enum: ['EMBEDDED', 'HEADLESS'] },
    status: { ...text, description: '`SUCCESSFUL` of every embedded import' },
    num_data_rows: { type: 'integer', minimum: 0 },
    development_mode: { type: 'boolean' },
    has_data: {
      type: 'boolean',
      description: 'Whether the results were saved, so that they can be fetched',
    },
    headless: {
      type: 'object',
      description:
        'Of headless imports, always; `review_url` and `original_file_download` are taken out of it',
    },
  },
  required: [
    'id',
    'filename',
    'created_date',
    'import_type',
    'status',
    'num_data_rows',
    'development_mode',
    'has_data',
  ],
};

const embeddedSample = {
  id: '025f399f-4370-4064-aed5-b8d16b597183',
  filename: 'contacts.csv',
  user: {
    id: 'user-123',
    name: 'Caitlin Clark',
    email: 'cclark@uiowa.edu',
    company_id: null,
    company_name: null,
  },
  created_date: '2024-04-24T17:20:14.659349Z',
  import_type: 'EMBEDDED',
  status: 'SUCCESSFUL',
  num_data_rows: 433,
  development_mode: false,
  has_data: true,
};

function headlessSample(status: string): object {
  const { id, filename, created_date, num_data_rows, development_mode } = embeddedSample;
  return {
    id,
    filename,
    created_date,
    import_type: 'HEADLESS',
    status,
    num_data_rows,
    development_mode,
    has_data: false,
    headless: { id: 'c2b7c5f4-6a1e-4f0a-9d5e-0b6f1d3a7e42', status, created_date },
  };
}

export const types: readonly CatalogType[] = [
  {
    name: 'import_completed',
    title: 'Import completed',
    description: 'An import was completed: embedded, or headless with or without manual review',
    group: 'import',
    schema,
    sample: embeddedSample,
  },
  {
    name: 'headless_import_needs_review',
    title: 'Headless import needs review',
    description: 'A headless import entered the needs review state',
    group: 'headless_import',
    availability: 'Dromo Headless',
    schema,
    sample: headlessSample('NEEDS_REVIEW'),
  },
  {
    name: 'headless_import_failed',
    title: 'Headless import failed',
    description: 'A headless import met an unrecoverable error and went to the failed state',
    group: 'headless_import',
    availability: 'Dromo Headless',
    schema,
    sample: headlessSample('FAILED'),
  },
];
