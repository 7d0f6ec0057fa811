import { z } from 'zod';
import { Problem } from '../../../domain/problem.js';
import * as intake from '../../../intake/imports/appendRows.js';
import { readCsvRows } from '../../../intake/imports/readCsvRows.js';
import { readNdjsonRows } from '../../../intake/imports/readNdjsonRows.js';
import type { ReadRows } from '../../../intake/imports/rowSource.js';
import type { Api } from '../../api.js';
import { apiWaits, type ApiDeps } from '../../apiDeps.js';
import { boundBody, liftBodyBound } from '../../plugins/boundBodies.js';
import { zodValidator } from '../../plugins/zodSchemas.js';
import { isDatabaseAway } from '../../problems/isDatabaseAway.js';
import { refuseEncoding } from '../../refuseEncoding.js';
import { importParams } from '../../schemas/params.js';
import { problemResponses } from '../../schemas/problemResponses.js';
import { queryNumber } from '../../schemas/queryNumber.js';
import { maxRowNumber, newRow, rowsAppended } from '../../schemas/rowSchemas.js';
import { uploadBlocks } from '../../uploadBlocks.js';

const readers: Record<string, ReadRows> = {
  'application/x-ndjson': readNdjsonRows,
  'application/ndjson': readNdjsonRows,
  'application/jsonl': readNdjsonRows,
  'text/csv': readCsvRows,
};

/** For what still comes after an early answer: dropped, so that a client that sends before it reads gets the answer. */
const restOfBodyMs = 10_000;

const description = `The body is a stream of any length: NDJSON, a row a line, or CSV with a header, each record an object of
texts. Rows are stored while they come. Where the upload ends early, by a line that is no row or by a broken connection, the
rows before that are kept, and \`stored\` says how many the import has: go on from there with \`offset\`. With an
\`offset\` that is smaller, the rows of the body that are stored already are passed over, so that no row is stored twice.`;

/** Rows are read as they come: the body's schema is for the OpenAPI document alone. */
export function appendRows(app: Api, deps: ApiDeps): void {
  const { pool, settings, metrics } = deps;
  const { silenceMs } = deps.waits ?? apiWaits;
  const stopping = new AbortController();
  app.addHook('preClose', async () => stopping.abort());
  app.removeAllContentTypeParsers();
  for (const [mediaType, read] of Object.entries(readers)) {
    app.addContentTypeParser(mediaType, (_request, _payload, done) => done(null, read));
  }
  app.post(
    '/v1/tenants/:tenant/imports/:importId/rows',
    {
      config: { scope: 'send', idempotency: 'own' },
      validatorCompiler: (route) => (route.httpPart === 'body' ? () => true : zodValidator(route)),
      schema: {
        tags: ['imports'],
        operationId: 'appendRows',
        summary: 'Append rows to an import, as NDJSON or CSV',
        description,
        params: importParams,
        querystring: z.strictObject({
          offset: queryNumber(0, maxRowNumber)
            .optional()
            .describe(
              'Rows that are known to be stored before the first of the body; as many as there are if absent',
            ),
        }),
        consumes: Object.keys(readers),
        body: z.union([newRow, z.string()]).describe('A row a line; or CSV, a text'),
        response: {
          200: rowsAppended,
          ...problemResponses(
            'unsupported_media_type',
            'upload_incomplete',
            'import_not_open',
            'offset_mismatch',
            'rows_expired',
            'row_too_large',
            'import_too_large',
            'invalid_row',
          ),
        },
      },
    },
    async (request, reply) => {
      const { principal, params, query, headers, raw } = request;
      if (headers['idempotency-key'] !== undefined) throw noKeyHere();
      refuseEncoding(headers);
      liftBodyBound(raw);
      const body: unknown = request.body;
      try {
        return await intake.appendRows(
          { pool, limits: settings, onStored: (rows) => metrics.rowsStored.inc({}, rows) },
          { environment: principal.environment, tenant: params.tenant, name: params.importId },
          {
            blocks: uploadBlocks(raw, { silenceMs, stopping: stopping.signal }),
            read: isReader(body) ? body : readNdjsonRows,
            offset: query.offset ?? null,
          },
        );
      } catch (error) {
        throw error instanceof Error && isDatabaseAway(error) ? databaseAway() : error;
      } finally {
        boundBody(raw, reply.raw, restOfBodyMs);
      }
    },
  );
}

/** Null where nothing came. */
function isReader(body: unknown): body is ReadRows {
  return typeof body === 'function';
}

function noKeyHere(): Problem {
  const detail = 'Say by offset which rows are stored instead; so none is stored twice';
  return new Problem('bad_request', `${detail}.`, [{ pointer: '#header/idempotency-key', detail }]);
}

function databaseAway(): Problem {
  return new Problem(
    'unavailable',
    'The database does not answer. How many rows are stored the import says (rows.total); go on from there.',
  );
}
