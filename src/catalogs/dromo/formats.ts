import { formEncoded } from '../../domain/formats/formEncoded.js';
import { joinMembers } from '../../domain/json/joinMembers.js';
import { pickMembers } from '../../domain/json/pickMembers.js';
import type { CatalogFormat } from '../catalog.js';

/** Of managed webhooks; the data is spliced in byte for byte. */
export const dromo: CatalogFormat = {
  description: 'Dromo, managed webhooks: `{ event, data }`',
  render: ({ type, data }) => ({
    body: joinMembers({ event: JSON.stringify(type), data }),
    contentType: 'application/json',
    headers: {},
  }),
};

/** Of a URL that came with the settings of a single import. */
export const dromoBasic: CatalogFormat = {
  description: 'Dromo, basic webhooks: a form with the single field `uploadId`',
  types: ['import_completed'],
  render({ data }) {
    const id = JSON.parse(pickMembers(data, 'id').id) as string;
    return {
      body: `uploadId=${formEncoded(id)}`,
      contentType: 'application/x-www-form-urlencoded',
      headers: {},
    };
  },
};
