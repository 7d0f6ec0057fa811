import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { Pool } from 'undici';
import { defaultBatchSize } from '../../src/domain/limits.js';
import { benchSecret } from './benchSecret.js';
import type { RowsFile } from './rowsFile.js';

const tenant = 'bench';

/** A type of its own, since a stack has no types but those of catalogs. */
export const rowsType = 'bench.rows';

/** Uploads rows over HTTP, as a product does. */
export class ImportLoad {
  readonly #pool: Pool;

  constructor(
    serviceUrl: string,
    private readonly apiKey: string,
  ) {
    this.#pool = new Pool(serviceUrl, { connections: 1, headersTimeout: 0, bodyTimeout: 0 });
  }

  async declareType(): Promise<void> {
    await this.#call('PUT', `/v1/event-types/${rowsType}`, { rows: 'all' });
  }

  /** An import whose rows go to the URL when it is complete. */
  async create(id: string, url: string, batchSize = defaultBatchSize): Promise<void> {
    const endpoint = { url, secret: benchSecret };
    await this.#call('POST', `/v1/tenants/${tenant}/imports`, {
      ...{ id, eventTypes: [rowsType], batchSize, endpoint },
    });
  }

  /** Resolves when all rows are committed. */
  async upload(id: string, { path }: RowsFile): Promise<void> {
    const rows = createReadStream(path, { highWaterMark: 262_144 });
    await this.#send(
      'POST',
      `/v1/tenants/${tenant}/imports/${id}/rows`,
      rows,
      'application/x-ndjson',
    );
  }

  async complete(id: string): Promise<void> {
    await this.#call('POST', `/v1/tenants/${tenant}/imports/${id}/complete`, undefined);
  }

  close(): Promise<void> {
    return this.#pool.close();
  }

  async #call(method: 'POST' | 'PUT', path: string, body: object | undefined): Promise<void> {
    const text = body === undefined ? null : JSON.stringify(body);
    await this.#send(method, path, text, text === null ? null : 'application/json');
  }

  async #send(
    method: 'POST' | 'PUT',
    path: string,
    body: string | Readable | null,
    contentType: string | null,
  ): Promise<void> {
    const { statusCode, body: answer } = await this.#pool.request({
      ...{ path, method, body },
      headers: {
        authorization: `Bearer ${this.apiKey}`,
        ...(contentType === null ? {} : { 'content-type': contentType }),
      },
    });
    const text = await answer.text();
    if (statusCode >= 300) throw new Error(`${method} ${path}: ${statusCode} ${text}`);
  }
}
