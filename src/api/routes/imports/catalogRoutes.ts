import { z } from 'zod';
import type { Catalog, CatalogRoute } from '../../../catalogs/catalog.js';
import { catalogs } from '../../../catalogs/catalogs.js';
import { Problem } from '../../../domain/problem.js';
import type { Api } from '../../api.js';
import type { ApiDeps } from '../../apiDeps.js';
import { readCatalogsOn } from '../../readCatalogsOn.js';
import { readRowPage } from '../../readRowPage.js';
import { importId } from '../../schemas/params.js';
import { problemResponses } from '../../schemas/problemResponses.js';
import { queryNumber } from '../../schemas/queryNumber.js';
import { maxPageRows, maxRowNumber } from '../../schemas/rowSchemas.js';
import { sendJsonText } from '../../sendJsonText.js';

/** The routes that catalogs bring: each pulls the rows of an import in the shape of its system. */
export function catalogRoutes(app: Api, deps: ApiDeps): void {
  for (const catalog of catalogs) {
    for (const route of catalog.routes ?? []) addRoute(app, deps, catalog, route);
  }
}

function addRoute(app: Api, { pool }: ApiDeps, catalog: Catalog, route: CatalogRoute): void {
  const parameter = /:(\w+)/.exec(route.path)?.[1] ?? '';
  app.get(
    route.path,
    {
      config: { scope: 'read' },
      schema: {
        tags: ['imports'],
        operationId: route.operationId,
        summary: route.summary,
        params: z.strictObject({ [parameter]: importId }),
        querystring: z.strictObject({
          page: queryNumber(1, maxRowNumber).optional().describe('From 1, which is the default'),
          limit: queryNumber(1, maxPageRows)
            .optional()
            .describe(`Rows on the page; ${route.defaultLimit} if absent`),
        }),
        response: {
          200: z
            .unknown()
            .meta({ ...route.answer })
            .describe('A page'),
          ...problemResponses('rows_expired'),
        },
      },
    },
    async ({ principal: { environment, tenant }, params, query, url }, reply) => {
      if (!(await readCatalogsOn(pool, environment)).includes(catalog)) {
        throw new Problem('not_found', `There is no ${url.slice(0, 200)} here.`);
      }
      const ref = { environment, tenant, name: params[parameter] ?? '' };
      const { page = 1, limit = route.defaultLimit } = query;
      const rows = await readRowPage(pool, ref, { choice: 'all', page, limit });
      return sendJsonText(reply, route.showPage(rows));
    },
  );
}
