import { Readable } from 'node:stream';
import { z } from 'zod';
import { Problem } from '../../../domain/problem.js';
import type { Api } from '../../api.js';
import type { ApiDeps } from '../../apiDeps.js';
import { importWithRows, readRowPage } from '../../readRowPage.js';
import { rowLines } from '../../rowLines.js';
import { importParams } from '../../schemas/params.js';
import { problemResponses } from '../../schemas/problemResponses.js';
import { queryNumber } from '../../schemas/queryNumber.js';
import { maxPageRows, maxRowNumber, rowPage, rowShown } from '../../schemas/rowSchemas.js';
import { sendJsonText } from '../../sendJsonText.js';
import { sendText } from '../../sendText.js';
import { showRowPage } from '../../showRowPage.js';

const ndjson = 'application/x-ndjson';
const defaultLimit = 50;

const description = `A page costs the same wherever it stands. With \`Accept: ${ndjson}\` the whole is answered as a stream, a
row a line, from \`offset\` on; where it breaks off, go on with the number of whole lines that came, added to \`offset\`.
While the import is open, both show what is stored so far.`;

export function getRows(app: Api, { pool, log }: ApiDeps): void {
  const stopping = new AbortController();
  app.addHook('preClose', async () => stopping.abort());
  app.get(
    '/v1/tenants/:tenant/imports/:importId/rows',
    {
      config: { scope: 'read' },
      schema: {
        tags: ['imports'],
        operationId: 'getRows',
        summary: 'Get the rows of an import, a page or all of them',
        description,
        params: importParams,
        querystring: z.strictObject({
          page: queryNumber(1, maxRowNumber).optional().describe('From 1, which is the default'),
          limit: queryNumber(1, maxPageRows)
            .optional()
            .describe(`Rows on the page; ${defaultLimit} if absent`),
          valid: z
            .enum(['true', 'false'])
            .optional()
            .describe('Those that are, or are not; all if absent'),
          offset: queryNumber(0, maxRowNumber)
            .optional()
            .describe('Of the stream: rows to leave out at the beginning'),
        }),
        response: {
          200: {
            description: 'A page, or the stream',
            content: { 'application/json': { schema: rowPage }, [ndjson]: { schema: rowShown } },
          },
          ...problemResponses('rows_expired'),
        },
      },
    },
    async ({ principal: { environment }, params, query, headers, id }, reply) => {
      const ref = { environment, tenant: params.tenant, name: params.importId };
      const { page, limit, offset } = query;
      const choice = choices[query.valid ?? 'absent'];
      void reply.header('vary', 'accept');
      if (headers.accept?.includes(ndjson) !== true) {
        refuse({ offset }, `is for the stream (Accept: ${ndjson}); for pages use page and limit`);
        const wanted = { choice, page: page ?? 1, limit: limit ?? defaultLimit };
        return sendJsonText(reply, showRowPage(await readRowPage(pool, ref, wanted)));
      }
      refuse({ page, limit }, 'is for pages; for the stream use offset');
      const record = await importWithRows(pool, ref);
      const lines = rowLines(pool, record, {
        choice,
        offset: offset ?? 0,
        stopping: stopping.signal,
      });
      const stream = Readable.from(lines, { objectMode: false, highWaterMark: streamBytes });
      // The client sees it break off; there is no other way to tell once it has begun.
      stream.on('error', (err) => log.warn({ requestId: id, err }, 'a stream of rows broke off'));
      return sendText(reply, `${ndjson}; charset=utf-8`, stream);
    },
  );
}

/** Read ahead of a slow client: a chunk or two. */
const streamBytes = 262_144;

const choices = { true: 'valid', false: 'invalid', absent: 'all' } as const;

function refuse(given: Record<string, number | undefined>, why: string): void {
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined) continue;
    const detail = `${name} ${why}.`;
    throw new Problem('bad_request', detail, [{ pointer: `#query/${name}`, detail }]);
  }
}
