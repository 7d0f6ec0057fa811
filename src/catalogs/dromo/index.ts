import { fillMembers } from '../../domain/json/fillMembers.js';
import type { Catalog } from '../catalog.js';
import { acceptData } from './acceptData.js';
import { dromo, dromoBasic } from './formats.js';
import { managedWebhookProblem } from './managedWebhookProblem.js';
import { modeOf } from './modes.js';
import { types } from './types.js';

/** Imports, embedded and headless. */
export const catalog: Catalog = {
  name: 'dromo',
  title: 'Dromo',
  description:
    'Imports that were completed, need review or failed; managed webhooks, and basic ones that come with an import',
  types,
  formats: { dromo, 'dromo-basic': dromoBasic },
  accept: acceptData,
  fillFromImport: (_type, data, { id, totalRows, completedAt, keepsRows }) =>
    fillMembers(data, {
      id: JSON.stringify(id),
      created_date: JSON.stringify(completedAt),
      num_data_rows: String(totalRows),
      has_data: String(keepsRows),
    }),
  importIdOf: (value) => {
    const { id } = (value ?? {}) as { id?: unknown };
    return typeof id === 'string' ? id : null;
  },
  attributesOf: ({ value }) => ({
    mode: modeOf((value as { development_mode: boolean }).development_mode),
  }),
  endpointRules: { problemOf: managedWebhookProblem },
};
