import type { Format } from './format.js';

/** Standard Webhooks 1.0, "Payload structure": type, timestamp, data. The data's bytes are spliced in unchanged. */
export const standard: Format = {
  description: 'Standard Webhooks: `{ type, timestamp, data }`',
  splices: true,
  render: ({ type, timestamp, data }) => ({
    body: `{"type":${JSON.stringify(type)},"timestamp":${JSON.stringify(timestamp)},"data":${data}}`,
    contentType: 'application/json',
    headers: {},
  }),
};
