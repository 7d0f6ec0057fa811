import { fillMembers } from '../../domain/json/fillMembers.js';
import type { Catalog } from '../catalog.js';
import { pulter } from './format.js';
import { types } from './types.js';

/** Rows that a client has imported, as Pulter sends them to a backend. */
export const catalog: Catalog = {
  name: 'pulter',
  title: 'Pulter',
  description: 'The rows of an import: all of them, the valid ones, the invalid ones',
  types,
  formats: { pulter },
  // Receivers find them always.
  accept: ({ id, data }) =>
    fillMembers(data, { id: JSON.stringify(id), templateId: 'null', metadata: '{}' }),
  fillFromImport: (_type, data, { id, metadata }) =>
    fillMembers(data, { id: JSON.stringify(id), metadata: JSON.stringify(metadata) }),
};
