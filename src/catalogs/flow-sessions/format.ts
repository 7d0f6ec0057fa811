import type { Format } from '../../domain/formats/format.js';
import { scanJson } from '../../domain/json/scanJson.js';

/** One flat object; what the product gave is spliced in byte for byte. */
export const flowSessions: Format = {
  description:
    'Flow sessions: `{ id, event, session_id, created, success, flow_name, metadata, data }`',
  render({ id, type, timestamp, data }) {
    const { members } = scanJson(data);
    const given = (name: string): string => {
      const slice = members?.get(name);
      if (slice === undefined) throw new Error(`The data of ${type} was accepted without ${name}.`);
      return data.slice(slice.start, slice.end);
    };
    const fields = {
      id: JSON.stringify(id),
      event: JSON.stringify(type),
      session_id: given('session_id'),
      created: String(unixSeconds(timestamp)),
      success: given('success'),
      flow_name: given('flow_name'),
      metadata: given('metadata'),
      data: given('data'),
    };
    const body = Object.entries(fields).map(([name, value]) => `"${name}":${value}`);
    return { body: `{${body.join(',')}}`, contentType: 'application/json', headers: {} };
  },
};

/** Whole seconds since 1970, those begun left out. */
function unixSeconds(timestamp: string): number {
  return Math.floor(Date.parse(timestamp) / 1_000);
}
