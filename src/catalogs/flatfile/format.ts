import type { Format } from '../../domain/formats/format.js';
import { memberTexts } from '../../domain/json/memberTexts.js';

/** What the product gave is spliced in byte for byte; accepting has filled in `env` and `scope.eventId`. */
export const flatfile: Format = {
  description: 'Flatfile: `{ env, scope, type, payload: { <type>: {…} } }`',
  render({ type, data }) {
    const given = memberTexts(data);
    const [env, scope, payload] = ['env', 'scope', 'payload'].map((name) => given?.get(name));
    const name = JSON.stringify(type);
    return {
      body: `{"env":${env},"scope":${scope},"type":${name},"payload":{${name}:${payload}}}`,
      contentType: 'application/json',
      headers: {},
    };
  },
};
