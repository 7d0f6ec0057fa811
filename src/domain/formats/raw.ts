import type { Format } from './format.js';

/** The data alone, byte for byte. */
export const raw: Format = {
  description: 'The data alone, byte for byte',
  splices: true,
  render: ({ data }) => ({ body: data, contentType: 'application/json', headers: {} }),
};
