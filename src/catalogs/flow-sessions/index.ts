import { fillMembers } from '../../domain/json/fillMembers.js';
import type { Catalog } from '../catalog.js';
import { flowSessions } from './format.js';
import { types } from './types.js';

/** Sessions of flows, and the technologies used in them. */
export const catalog: Catalog = {
  name: 'flow-sessions',
  title: 'Flow sessions',
  description: 'What happens in the sessions of a flow; at most five URLs for each flow',
  types,
  formats: { 'flow-sessions': flowSessions },
  // Receivers find both always.
  accept: ({ data }) => fillMembers(data, { metadata: '{}', data: '{}' }),
  endpointRules: { requiredScope: 'flow', limit: 5 },
};
