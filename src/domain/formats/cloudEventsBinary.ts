import { cloudEventAttributes } from './cloudEventAttributes.js';
import type { Format } from './format.js';

/** CloudEvents 1.0 over HTTP, binary content mode: attributes as headers, the data alone as body. */
export const cloudEventsBinary: Format = {
  description: 'CloudEvents 1.0, binary mode: the data alone, attributes as `ce-…` headers',
  splices: true,
  render: (event) => ({
    body: event.data,
    contentType: 'application/json',
    headers: Object.fromEntries(
      Object.entries(cloudEventAttributes(event)).map(([name, value]) => [
        `ce-${name}`,
        headerValue(value),
      ]),
    ),
  }),
};

/** Percent-encodes what the HTTP binding's section 3.1.3.2 names: all but printable ASCII, and space, `"`, `%`. */
function headerValue(text: string): string {
  return text.toWellFormed().replace(/[^\x21-\x7e]|["%]/gu, encodeURIComponent);
}
