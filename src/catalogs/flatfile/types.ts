import type { CatalogType } from '../catalog.js';

const text = { type: 'string', minLength: 1 };
const named = (id: object): object => ({
  type: 'object',
  properties: { id, name: { type: 'string' } },
});

const env = {
  type: ['object', 'string'],
  description:
    'Who the embedding customer says the user is: a JWT that it signed, whose claim "env" is passed on; an object where the tenant has no JWT key',
};

const scope = {
  type: 'object',
  description: 'What the event is about, for receivers to identify it and fetch its rows by',
  properties: {
    eventId: { ...text, description: "The event's own id where absent" },
    team: named({ type: 'integer' }),
    company: named({ type: 'string' }),
    endUser: {
      type: 'object',
      properties: {
        id: { type: 'string' },
        name: { type: 'string' },
        email: { type: 'string' },
      },
    },
    embedId: text,
    batchId: { ...text, description: 'The rows are fetched by it' },
    environmentId: text,
    sheetId: text,
    teamId: { type: 'integer' },
    workbookId: text,
    workspaceId: text,
    anonymousUserId: text,
  },
};

const count = (description: string): object => ({ type: 'integer', minimum: 0, description });

const rowCounts = {
  type: 'object',
  properties: {
    totalRows: count('The number of total rows that were submitted'),
    validRows: count('The number of submitted rows that passed validation'),
    invalidRows: count('The number of submitted rows that failed validation'),
  },
  required: ['totalRows', 'validRows', 'invalidRows'],
};

const addedRecords = {
  type: 'object',
  properties: {
    totalRecords: count('The number of records that were added'),
    validRecords: count('The number of added records that passed validation'),
    invalidRecords: count('The number of added records that failed validation'),
  },
  required: ['totalRecords', 'validRecords', 'invalidRecords'],
};

const modifiedStatus = {
  type: 'object',
  properties: {
    status: { ...text, description: 'What the status of the records is now' },
    recordIds: {
      type: 'array',
      items: { type: ['integer', 'string'] },
      minItems: 1,
      description: 'Of the records whose status was modified',
    },
  },
  required: ['status', 'recordIds'],
};

/** What the product sends: `payload` is what stands in the body under the type. */
function schemaWith(payload: object): object {
  return {
    type: 'object',
    properties: { env, scope, payload },
    required: ['scope', 'payload'],
    additionalProperties: false,
  };
}

const sampleScope = {
  eventId: '5925a293-695a-4cc4-bf78-ba43f376cc1d',
  team: { id: 48903, name: 'Flatfile' },
  company: { id: '77', name: 'Acme Inc.' },
  endUser: {
    id: '4c08ffdd-83f4-4065-9017-465bbf3cadc6',
    name: 'John Doe',
    email: 'john@doe.com',
  },
  embedId: 'f28b4764-6dce-4045-8194-a043252de784',
  batchId: 'dfb18803-a1b7-45be-b773-0154860463f1',
  environmentId: '89793a77-8d53-46df-b562-5867f09fa1f8',
  sheetId: '1bcc9eab-6046-44d5-bdbd-0eb239232322',
  teamId: 48903,
  workbookId: 'f5e72614-fa3b-4fa9-ba55-664d6814543e',
  workspaceId: '1faa5914-1cb1-49cb-9031-50fc3c054686',
  anonymousUserId: '4c08ffdd-83f4-4065-9017-465bbf3cadc6',
};
/** Portals alone are embedded. */
const { embedId: _embedId, ...workspaceScope } = sampleScope;

export const types: readonly CatalogType[] = [
  {
    name: 'portalImportSubmitted',
    title: 'Import submitted',
    description: 'A user submitted an import to an embedded Portal',
    group: 'portal',
    availability: 'Portal only',
    schema: schemaWith(rowCounts),
    sample: {
      env: {},
      scope: sampleScope,
      payload: { totalRows: 50, validRows: 50, invalidRows: 0 },
    },
  },
  {
    name: 'workspaceRecordsAdded',
    title: 'New records added',
    description: 'Records were added to a Workspace',
    group: 'workspace',
    availability: 'Workspaces only',
    schema: schemaWith(addedRecords),
    sample: {
      env: {},
      scope: workspaceScope,
      payload: { totalRecords: 12, validRecords: 11, invalidRecords: 1 },
    },
  },
  {
    name: 'recordStatusModified',
    title: 'Record status modified',
    description: 'The status of records was modified',
    group: 'record',
    availability: 'Portal and Workspaces',
    schema: schemaWith(modifiedStatus),
    sample: {
      env: {},
      scope: sampleScope,
      payload: { status: 'accepted', recordIds: [1, 2, 3] },
    },
  },
];
