import type { FastifyRequest } from 'fastify';
import type { Actor } from '../../domain/audit.js';
import { Problem } from '../../domain/problem.js';
import { type Scope, scopeDescriptions } from '../../domain/scopes.js';
import type { Api } from '../api.js';
import { ApiKeyCache } from '../apiKeyCache.js';
import type { ApiDeps } from '../apiDeps.js';
import { bearerToken } from '../bearerToken.js';
import type { Principal } from '../principal.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The scope that a principal needs for this route; every route behind authentication names one. */
    scope?: Scope;
    /** Whether the route concerns all tenants, so that a principal of one tenant may not use it. */
    wholeEnvironment?: true;
  }
  interface FastifyRequest {
    principal: Principal;
    /** The principal as the audit log names it. */
    actor: Actor;
  }
}

/**
 * Every route registered in this scope needs an API key with the route's scope. A tenant in the path that is not the
 * principal's is 404: what is not yours does not exist.
 */
export function authenticate(app: Api, { pool }: Pick<ApiDeps, 'pool'>): void {
  const keys = new ApiKeyCache(pool);
  app.addHook('onRoute', ({ method, url, config }) => {
    if (config?.scope === undefined) throw new Error(`${String(method)} ${url} names no scope`);
  });
  app.addHook('onRequest', async (request) => {
    const key = bearerToken(request.headers.authorization);
    const principal = key === null ? null : await keys.principalOf(key);
    if (principal === null) throw unauthorized(key);
    permit(request, principal);
    request.principal = principal;
    const { keyId, name } = principal;
    request.actor = { kind: 'key', keyId, name, requestId: request.id };
  });
}

function unauthorized(key: string | null): Problem {
  const detail =
    key === null
      ? 'Send "Authorization: Bearer <API key>".'
      : 'The API key is unknown, mistyped, revoked or expired.';
  return new Problem('unauthorized', detail, [{ pointer: '#header/authorization', detail }]);
}

function permit(request: FastifyRequest, principal: Principal): void {
  const { scope, wholeEnvironment } = request.routeOptions.config;
  const { tenant } = request.params as { tenant?: string };
  if (tenant !== undefined && principal.tenant !== null && tenant !== principal.tenant) {
    throw new Problem('not_found', 'There is no such tenant, or it is not yours.');
  }
  if (scope !== undefined && !principal.scopes.includes(scope)) {
    throw new Problem(
      'forbidden',
      `This needs a key with the scope "${scope}": ${scopeDescriptions[scope]}.`,
    );
  }
  if (wholeEnvironment === true && principal.tenant !== null) {
    throw new Problem(
      'forbidden',
      'This concerns all tenants of the environment, and the key is one of a single tenant.',
    );
  }
}
