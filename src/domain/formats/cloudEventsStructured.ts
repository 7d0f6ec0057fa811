import { cloudEventAttributes } from './cloudEventAttributes.js';
import type { Format } from './format.js';

/** CloudEvents 1.0 over HTTP, structured content mode, in its JSON format. The data's bytes are spliced in unchanged. */
export const cloudEventsStructured: Format = {
  description: 'CloudEvents 1.0, structured mode: one JSON object of attributes and `data`',
  splices: true,
  render: (event) => {
    const attributes = { ...cloudEventAttributes(event), datacontenttype: 'application/json' };
    return {
      body: `${JSON.stringify(attributes).slice(0, -1)},"data":${event.data}}`,
      contentType: 'application/cloudevents+json',
      headers: {},
    };
  },
};
