import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { inFlight, keyReused } from '../../intake/accept/idempotencyProblems.js';
import {
  answerContext,
  claimKeyForRequest,
  forgetKey,
  type IdempotencyScope,
  type RememberedAnswer,
  rememberAnswer,
} from '../../store/idempotencyKeys.js';
import type { Api } from '../api.js';
import type { ApiDeps } from '../apiDeps.js';
import { idempotencyHeaders } from '../schemas/idempotencyHeaders.js';
import { sendJsonText } from '../sendJsonText.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** `own`: the route looks after idempotency keys itself; of other routes every POST is looked after. */
    idempotency?: 'own';
    /** Members of the answer, at any depth, that are secret: sent once and never remembered. */
    secretMembers?: readonly string[];
  }
  interface FastifyRequest {
    /** The key that this request has claimed; null: none. */
    claimedKey: IdempotencyScope | null;
  }
}

/**
 * Idempotency keys of every POST: the first answer is remembered if it is a 2xx, and given again. The work and the
 * answer can't be one transaction here, as they are for events: after a crash between the two the work may be done
 * once more, as without a key. Answers are kept sealed, since they may show URLs with their queries.
 */
export function idempotency(
  app: Api,
  { pool, sealer, log }: Pick<ApiDeps, 'pool' | 'sealer' | 'log'>,
): void {
  app.decorateRequest('claimedKey', null);
  app.addHook('onRoute', (route) => {
    if (route.method !== 'POST' || route.config?.idempotency === 'own') return;
    route.schema = { ...route.schema, headers: idempotencyHeaders };
  });
  app.addHook('preHandler', async (request, reply) => {
    const scope = keyOf(request);
    if (scope === null) return undefined;
    const print = fingerprint(request);
    const before = await claimKeyForRequest(pool, scope, print);
    if (before === 'busy') throw inFlight();
    if (before === null) {
      request.claimedKey = scope;
      return undefined;
    }
    if (!print.equals(before.fingerprint)) throw keyReused();
    return replay(reply, before, sealer.open(before.response, answerContext(scope)));
  });
  app.addHook('onSend', async (request, reply, payload) => {
    const scope = request.claimedKey;
    if (scope === null) return payload;
    request.claimedKey = null;
    try {
      if (reply.statusCode < 200 || reply.statusCode > 299) await forgetKey(pool, scope);
      else {
        const response = sealer.seal(rememberedText(request, payload), answerContext(scope));
        const location = reply.getHeader('location');
        await rememberAnswer(pool, scope, {
          status: reply.statusCode,
          response,
          location: typeof location === 'string' ? location : null,
        });
      }
    } catch (error) {
      // What the answer says is done; that it can't be given again is no reason to say otherwise.
      log.warn({ requestId: request.id, err: error }, 'the answer to an idempotency key is lost');
    }
    return payload;
  });
}

function keyOf(request: FastifyRequest): IdempotencyScope | null {
  const key = request.headers['idempotency-key'];
  const { config, url } = request.routeOptions;
  if (request.method !== 'POST' || config.idempotency === 'own' || typeof key !== 'string') {
    return null;
  }
  const { environment, tenant } = request.principal;
  const { tenant: tenantInPath, ...params } = request.params as Record<string, string>;
  const about = [params, request.query].map(
    (part) => new URLSearchParams(part as object as Record<string, string>),
  );
  return {
    environment,
    tenant: tenantInPath ?? tenant ?? '',
    route: ['POST', url, ...about].join(' ').trimEnd(),
    key,
  };
}

function fingerprint({ bodyText }: FastifyRequest): Buffer {
  return createHash('sha256')
    .update(bodyText ?? '', 'utf8')
    .digest();
}

function rememberedText(request: FastifyRequest, payload: unknown): string {
  const { secretMembers } = request.routeOptions.config;
  const text = typeof payload === 'string' ? payload : '';
  return secretMembers === undefined ? text : withoutMembers(text, secretMembers);
}

function withoutMembers(text: string, names: readonly string[]): string {
  return JSON.stringify(JSON.parse(text), (name, value: unknown) =>
    names.includes(name) ? undefined : value,
  );
}

function replay(
  reply: FastifyReply,
  { status, location }: RememberedAnswer,
  text: string,
): FastifyReply {
  void reply.code(status).header('idempotency-replayed', 'true');
  if (location !== null) void reply.header('location', location);
  return sendJsonText(reply, text);
}
