import type { Format } from '../../domain/formats/format.js';
import { joinMembers } from '../../domain/json/joinMembers.js';
import { pickMembers } from '../../domain/json/pickMembers.js';

/** What the product gave is spliced in byte for byte; accepting has filled in `env` and `scope.eventId`. */
export const flatfile: Format = {
  description: 'Flatfile: `{ env, scope, type, payload: { <type>: {…} } }`',
  render({ type, data }) {
    const { env, scope, payload } = pickMembers(data, 'env', 'scope', 'payload');
    const wrapped = joinMembers({ [type]: payload });
    const body = joinMembers({ env, scope, type: JSON.stringify(type), payload: wrapped });
    return { body, contentType: 'application/json', headers: {} };
  },
};
