import { dataOf, type EverhookClient } from '../../client/index.js';
import { maxKeysListed, type KeyRing } from './keyRing.js';

/** The keys of the environment of the client's own key, which needs the scope `admin`. */
export function keysOfService(client: EverhookClient): KeyRing {
  return {
    create: (body) => dataOf(client.POST('/v1/api-keys', { body })),
    list: async () => {
      const params = { query: { limit: maxKeysListed } };
      return (await dataOf(client.GET('/v1/api-keys', { params }))).data;
    },
    revoke: async (keyId) => {
      await dataOf(client.DELETE('/v1/api-keys/{keyId}', { params: { path: { keyId } } }));
    },
    close: () => Promise.resolve(),
  };
}
