import type { Format } from '../../domain/formats/format.js';
import { joinMembers } from '../../domain/json/joinMembers.js';
import { pickMembers } from '../../domain/json/pickMembers.js';

/** One flat object; what the product gave is spliced in byte for byte. */
export const flowSessions: Format = {
  description:
    'Flow sessions: `{ id, event, session_id, created, success, flow_name, metadata, data }`',
  render({ id, type, timestamp, data }) {
    const given = pickMembers(data, 'session_id', 'success', 'flow_name', 'metadata', 'data');
    const body = joinMembers({
      id: JSON.stringify(id),
      event: JSON.stringify(type),
      session_id: given.session_id,
      created: String(unixSeconds(timestamp)),
      success: given.success,
      flow_name: given.flow_name,
      metadata: given.metadata,
      data: given.data,
    });
    return { body, contentType: 'application/json', headers: {} };
  },
};

/** Whole seconds since 1970, those begun left out. */
function unixSeconds(timestamp: string): number {
  return Math.floor(Date.parse(timestamp) / 1_000);
}
