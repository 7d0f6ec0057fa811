import { Pool as HttpPool } from 'undici';
import { renderBatch } from '../../src/catalogs/renderBatch.js';
import type { RowSlice } from '../../src/domain/imports/rowSlice.js';
import { newUuid } from '../../src/store/newUuid.js';
import type { Pool } from '../../src/store/pool.js';
import { signatureHeaders } from '../../src/delivery/signing/signatures.js';
import { monotonicMs } from '../measure/monotonicMs.js';
import { benchSecret } from './benchSecret.js';
import { rowsType } from './importLoad.js';
import { rowData, type RowsFile } from './rowsFile.js';

/**
 * Rows per second of `COPY` of the same bytes into the same Postgres: by the server itself, from the file, into a table
 * of one column, a row each.
 */
export async function measureCopy(pool: Pool, { path, rows }: RowsFile): Promise<number> {
  await pool.query('CREATE TABLE bench_copy (line text)');
  try {
    const beganMs = monotonicMs();
    // As CSV whose quote and delimiter stand in no row, so that backslashes are just characters.
    await pool.query(
      `COPY bench_copy FROM '${path}' WITH (FORMAT csv, DELIMITER E'\\x01', QUOTE E'\\x02')`,
    );
    return (rows / (monotonicMs() - beganMs)) * 1_000;
  } finally {
    await pool.query('DROP TABLE bench_copy');
  }
}

/** The bodies of an import's batches as the service sends them, but for its ids. */
export function prepareBatches(rows: number, batchSize: number): Buffer[] {
  const importId = newUuid();
  const batches = Math.ceil(rows / batchSize);
  const data = JSON.stringify({ importId: 'x', totalRows: rows, validRows: rows, invalidRows: 0 });
  const event = { id: 'x', type: rowsType, timestamp: new Date().toISOString(), data, source: '/' };
  return Array.from({ length: batches }, (_, place) => {
    const offset = place * batchSize;
    const rowCount = Math.min(batchSize, rows - offset);
    const texts = Array.from({ length: rowCount }, (_none, at) => rowData(offset + at));
    const slice: RowSlice = {
      ...{ importId, firstRow: offset, data: texts.join('\n'), ids: null, invalidPlaces: null },
      ...{ choice: 'all', skip: 0, take: rowCount },
    };
    const { parts } = renderBatch('standard', event, {
      ...{ importId: 'floor', index: place + 1, batches, offset, totalRows: rows, rowCount },
      rows: [slice],
    });
    return Buffer.from([...parts].join(''));
  });
}

/** A batch as it is posted: signed ahead, so that posting is all that is measured. */
interface PreparedRequest {
  body: Buffer;
  headers: Record<string, string>;
}

/** Receivers refuse signatures that are older than five minutes, so they are made for each measurement. */
function prepareRequests(bodies: readonly Buffer[]): PreparedRequest[] {
  const timestampSeconds = Math.floor(Date.now() / 1_000);
  return bodies.map((body, place) => {
    const id = `floor_${place + 1}`;
    const signed = { id, timestampSeconds, body, secrets: [benchSecret] };
    const headers = {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': String(timestampSeconds),
      ...signatureHeaders(signed, []),
    };
    return { body, headers };
  });
}

/** Rows per second of posting prepared batches one after the other, each when the one before was acknowledged. */
export async function measurePosting(
  origin: string,
  path: string,
  { bodies, rows }: { bodies: readonly Buffer[]; rows: number },
): Promise<number> {
  const requests = prepareRequests(bodies);
  const pool = new HttpPool(origin, { connections: 1 });
  try {
    const beganMs = monotonicMs();
    for (const { body, headers } of requests) {
      const answer = await pool.request({ path, method: 'POST', headers, body });
      await answer.body.text();
      if (answer.statusCode !== 200) throw new Error(`The receiver answers ${answer.statusCode}`);
    }
    return (rows / (monotonicMs() - beganMs)) * 1_000;
  } finally {
    await pool.close();
  }
}
