import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';
import type { Api } from '../api.js';
import type { ApiDeps } from '../apiDeps.js';
import { outgoingWebhook } from '../openapi/outgoingWebhook.js';
import { operationalPaths } from '../operationalPaths.js';
import { tidyComponents } from '../openapi/tidyComponents.js';
import { errorsPage } from '../problems/errorsPage.js';
import { errorsPagePath } from '../problems/problemDetails.js';
import { noBody } from '../schemas/nothing.js';

const description = `Webhook delivery. Submit events; the endpoints of your customers receive them signed and
retried. Errors are problem details (RFC 9457), listed at [errors](${errorsPagePath}).`;

/** Collects the routes registered after it into `/openapi.json` (OpenAPI 3.1), to be browsed at `/docs`. */
export async function openApi(app: Api, { version }: Pick<ApiDeps, 'version'>): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Everhook', version, description },
      components: {
        securitySchemes: {
          apiKey: { type: 'http', scheme: 'bearer', description: 'An API key, `evh_…`' },
        },
      },
      security: [{ apiKey: [] }],
      webhooks: { event: outgoingWebhook },
    },
    transform: ({ schema, ...route }) => {
      // Routes that take no body check that none came; the document simply has none.
      const { body, ...rest } = schema;
      return jsonSchemaTransform({ ...route, schema: body === noBody ? rest : schema });
    },
    transformObject: (given) => {
      const document = jsonSchemaTransformObject(given);
      const paths = document.paths ?? {};
      return tidyComponents({ ...document, paths: { ...paths, ...operationalPaths(paths) } });
    },
  });
  await app.register(swaggerUi, { routePrefix: '/docs', staticCSP: true });
  app.get('/openapi.json', { schema: { hide: true } }, async () => app.swagger());
  app.get(errorsPagePath, { schema: { hide: true } }, async (_request, reply) =>
    reply.type('text/markdown; charset=utf-8').send(errorsPage()),
  );
}
