import type { CatalogType } from '../catalog.js';

const fields = {
  session_id: { type: 'string', minLength: 1, description: 'Flow session identifier' },
  success: { type: 'boolean', description: 'Success status of the event' },
  flow_name: { type: 'string', description: 'Flow name' },
  metadata: {
    type: 'object',
    description: 'Additional metadata, if it was passed in flow session creation',
  },
  data: { type: 'object', description: 'Event data (depends on the event type)' },
};

const flowSchema = {
  type: 'object',
  properties: fields,
  required: ['session_id', 'success', 'flow_name'],
  additionalProperties: false,
};

const technologyCode = {
  type: 'string',
  minLength: 1,
  description: 'Which technology it is',
};

const technologySchema = {
  ...flowSchema,
  properties: {
    ...fields,
    data: {
      ...fields.data,
      properties: { technology_code: technologyCode },
      required: ['technology_code'],
    },
  },
  required: [...flowSchema.required, 'data'],
};

const sample = {
  session_id: '7f0a2c4e-5b1d-4a86-9c3f-2e8d6b9a1c05',
  success: true,
  flow_name: 'Onboarding',
  metadata: { user_id: '42' },
};
const technologySample = { ...sample, data: { technology_code: 'document_scan' } };

export const types: readonly CatalogType[] = [
  {
    name: 'flow.start',
    title: 'Flow has started',
    group: 'flow',
    action: 'start',
    schema: flowSchema,
    sample,
  },
  {
    name: 'flow.end',
    title: 'Flow has ended',
    group: 'flow',
    action: 'end',
    schema: flowSchema,
    sample,
  },
  {
    name: 'technology.start',
    title: 'Technology has started',
    group: 'technology',
    action: 'start',
    schema: technologySchema,
    sample: technologySample,
  },
  {
    name: 'technology.end',
    title: 'Technology has ended',
    group: 'technology',
    action: 'end',
    schema: technologySchema,
    sample: technologySample,
  },
];
