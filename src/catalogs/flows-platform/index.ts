import type { Format } from '../../domain/formats/format.js';
import type { Catalog } from '../catalog.js';
import { completePayload } from './completePayload.js';
import { types } from './types.js';
import { viewEndpoint } from './viewEndpoint.js';

const flowsPlatform: Format = {
  description:
    'Flows platform: `{ eventTimestamp, operationType, entityPath, entityId, entityKey, collectionPath, organizationId, data }`',
  render: ({ data }) => ({ body: data, contentType: 'application/json', headers: {} }),
};

/** Packets, pipelines and what belongs to them: what was created, updated and deleted. */
export const catalog: Catalog = {
  name: 'flows-platform',
  title: 'Flows platform',
  description: 'What was created, updated and deleted of packets, pipelines and what is theirs',
  types,
  formats: { 'flows-platform': flowsPlatform },
  accept: completePayload,
  viewEndpoint,
};
