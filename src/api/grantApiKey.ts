import type { z } from 'zod';
import { Problem, type ProblemCode } from '../domain/problem.js';
import type { NewApiKey } from '../store/apiKeys.js';
import type { Rights } from './principal.js';
import type { newApiKey } from './schemas/apiKeySchemas.js';

/** The key that a principal may make: for no other tenant, with no further scope and for no longer than they have. */
export function grantApiKey(
  principal: Rights,
  wanted: z.output<typeof newApiKey>,
  nowMs: number,
): NewApiKey {
  const { name, tenant = principal.tenant, scopes = principal.scopes } = wanted;
  const expiresAt =
    wanted.expiresAt === undefined ? principal.expiresAt : new Date(wanted.expiresAt);
  if (principal.tenant !== null && tenant !== principal.tenant) {
    throw refusal('forbidden', '/tenant', 'A key of a tenant can only make keys of that tenant.');
  }
  for (const scope of scopes) {
    if (!principal.scopes.includes(scope)) {
      throw refusal('forbidden', '/scopes', `Your key lacks the scope "${scope}" itself.`);
    }
  }
  if (expiresAt !== null && expiresAt.getTime() <= nowMs) {
    throw refusal('invalid_request', '/expiresAt', 'This moment is past.');
  }
  if (principal.expiresAt !== null && expiresAt !== null && expiresAt > principal.expiresAt) {
    const end = principal.expiresAt.toISOString();
    throw refusal(
      'forbidden',
      '/expiresAt',
      `Your own key ends at ${end}; choose no later moment.`,
    );
  }
  const { environment } = principal;
  return { environment, tenant, name, scopes: [...new Set(scopes)], expiresAt };
}

function refusal(code: ProblemCode, pointer: string, detail: string): Problem {
  return new Problem(code, `${pointer}: ${detail}`, [{ pointer, detail }]);
}
