import { randomUUID } from 'node:crypto';
import Fastify, { type FastifyBaseLogger, LogController } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { Api } from './api.js';
import { apiWaits, type ApiDeps } from './apiDeps.js';
import { wholeUrl } from './operationalPaths.js';
import { authenticate } from './plugins/authenticate.js';
import { boundBodies } from './plugins/boundBodies.js';
import { countRequests } from './plugins/countRequests.js';
import { idempotency } from './plugins/idempotency.js';
import { jsonBody } from './plugins/jsonBody.js';
import { openApi } from './plugins/openApi.js';
import { frameworkProblems, problems } from './plugins/problems.js';
import { traceRequests } from './plugins/traceRequests.js';
import { unknownRoutes } from './plugins/unknownRoutes.js';
import { zodSchemas } from './plugins/zodSchemas.js';
import { guardedRoutes, openRoutes, rawRoutes } from './routes/index.js';

/** Of one part of a path: longer than a tenant id, each of whose characters may come percent-encoded. */
const maxParamLength = 400;

/** For the head of a request to arrive. */
const headersTimeoutMs = 60_000;

/** The whole HTTP API, ready but not listening: whoever made its dependencies also listens, and closes. */
export async function createApi(deps: ApiDeps): Promise<Api> {
  const log: FastifyBaseLogger = deps.log;
  const app: Api = Fastify({
    loggerInstance: log,
    // One line per outcome is enough, and those that go well say so in Postgres.
    logController: new LogController({
      disableRequestLogging: true,
      requestIdLogLabel: 'requestId',
    }),
    // Node's own bound for a whole request would cut uploads of hours; `boundBodies` makes exceptions.
    requestTimeout: 0,
    http: { headersTimeout: headersTimeoutMs },
    bodyLimit: deps.settings.maxBodyBytes,
    genReqId: () => randomUUID(),
    rewriteUrl: ({ url = '/' }) => wholeUrl(url),
    routerOptions: { maxParamLength },
    frameworkErrors: frameworkProblems(deps),
  }).withTypeProvider<ZodTypeProvider>();
  boundBodies(app, deps.waits ?? apiWaits);
  problems(app, deps);
  countRequests(app, deps);
  traceRequests(app, deps);
  unknownRoutes(app);
  zodSchemas(app);
  if (deps.serves === 'everything') await openApi(app, deps);
  jsonBody(app);
  for (const route of openRoutes) route(app, deps);
  if (deps.serves === 'everything')
    await app.register(async (guarded) => guardRoutes(guarded, deps));
  await app.ready();
  return app;
}

/** The routes behind authentication. */
async function guardRoutes(app: Api, deps: ApiDeps): Promise<void> {
  authenticate(app, deps);
  idempotency(app, deps);
  for (const route of guardedRoutes) route(app, deps);
  for (const route of rawRoutes) await app.register(async (raw: Api) => route(raw, deps));
}
