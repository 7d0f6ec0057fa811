import { parseId } from '../../domain/ids.js';
import { fillMembers } from '../../domain/json/fillMembers.js';
import { pickMembers } from '../../domain/json/pickMembers.js';
import { replaceMembers } from '../../domain/json/replaceMembers.js';
import { Problem } from '../../domain/problem.js';
import type { AcceptContext, CatalogEvent } from '../catalog.js';

/** As the schema has it. */
interface SubmittedData {
  env?: string | object;
  scope: object;
}

/**
 * The data with `env` as receivers get it, so that the token is stored nowhere, and with the event's bare id in `scope`
 * where the product gave none.
 */
export function acceptData(
  { id, data, value }: CatalogEvent,
  { verifyJwt }: AcceptContext,
): string | Problem {
  const { env, scope } = value as SubmittedData;
  const signedEnv = env === undefined ? '{}' : envOf(env, verifyJwt);
  if (signedEnv instanceof Problem) return signedEnv;
  const changed: Record<string, string> = {};
  if (signedEnv !== null) changed['env'] = signedEnv;
  if (!Object.hasOwn(scope, 'eventId')) {
    changed['scope'] = withEventId(pickMembers(data, 'scope').scope, scope, id);
  }
  return fillMembers(replaceMembers(data, changed), { env: '{}' });
}

/** The JSON text that stands for a given `env`; null: it stays as it is. */
function envOf(
  env: string | object,
  verifyJwt: AcceptContext['verifyJwt'],
): string | null | Problem {
  if (verifyJwt === null) {
    if (typeof env !== 'string') return null;
    return refused(
      'It is a text, and the tenant has no JWT key to verify it with; add one (POST /v1/tenants/{tenant}/jwt-keys), or give an object',
    );
  }
  if (typeof env !== 'string') {
    return refused(
      'The tenant has JWT keys, so this must be a JWT that one of them verifies, with the claim "env"',
    );
  }
  const claims = verifyJwt(env);
  if (typeof claims === 'string') return refused(claims);
  // Registered claims and all others stay behind.
  const claim = claims.get('env') ?? '{}';
  return claim.startsWith('{') ? claim : refused('The claim "env" of the JWT must be an object');
}

function refused(detail: string): Problem {
  const pointer = '/data/env';
  return new Problem('claims_refused', `${pointer}: ${detail}.`, [{ pointer, detail }]);
}

/** Its first member, as receivers know it. */
function withEventId(text: string, scope: object, id: string): string {
  const eventId = `"eventId":${JSON.stringify(parseId('event', id))}`;
  return `{${eventId}${Object.keys(scope).length === 0 ? '' : ','}${text.slice(1)}`;
}
