import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../../setup/eventually.js';
import { startTestApi, type TestApi } from '../startTestApi.js';
import { append, openImport, rowsOf, storedIn } from './importScene.js';
import { startUpload, type OpenUpload } from './startUpload.js';

const waits = { bodyMs: 400, silenceMs: 1_200 };

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi({ waits });
});
afterAll(() => api.stop());

const lines = (from: number, count: number): string =>
  Array.from({ length: count }, (_, place) => `{"data":{"n":${from + place}}}\n`).join('');
const stored = async (path: string): Promise<unknown> => (await storedIn(api, path))['total'];
/** Waits until what was sent is stored, so that the service is known to read; empty lines make it look. */
async function untilStored(
  upload: OpenUpload,
  path: string,
  count: number,
  of: TestApi = api,
): Promise<void> {
  await eventually(async () => {
    await upload.send('\n');
    expect((await storedIn(of, path))['total']).toBe(count);
  });
}
/** Of the API, to Postgres: one in a transaction is an upload at work. */
const isBusy = async (): Promise<boolean> => {
  const { rows } = await api.pool.query<{ busy: boolean }>(
    `SELECT EXISTS (SELECT FROM pg_stat_activity
       WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle') AS busy`,
  );
  return rows[0]?.busy === true;
};

describe('an upload', () => {
  it('may take longer than other bodies, while something comes', async () => {
    const path = await openImport(api);
    const upload = startUpload(api, `${path}/rows`);
    const until = Date.now() + 3 * waits.silenceMs;
    let sent = 0;
    while (Date.now() < until) {
      await upload.send(lines(sent, 10));
      sent += 10;
      await new Promise((resolve) => setTimeout(resolve, waits.bodyMs / 2));
    }
    // What trickles in is stored before the end.
    await eventually(async () => expect(await stored(path)).toBeGreaterThan(0));
    upload.end();
    const { status, json } = await upload.answered;
    expect(json).toEqual({ received: sent, skipped: 0, stored: sent });
    expect(status).toBe(200);
  });

  it('that falls silent is ended, and what came is kept', async () => {
    const path = await openImport(api);
    const upload = startUpload(api, `${path}/rows`);
    await upload.send(`${lines(0, 25)}{"data":{"n":2`);
    const { status, json } = await upload.answered;
    expect(json).toMatchObject({ code: 'upload_incomplete', stored: 25 });
    expect(json['detail']).toContain('Nothing has come for 1.2 s.');
    expect(status).toBe(408);
    expect(await stored(path)).toBe(25);
  });

  it('that breaks off leaves whole lines alone, and goes on by offset', async () => {
    const path = await openImport(api);
    const upload = startUpload(api, `${path}/rows`);
    await upload.send(lines(0, 5));
    await untilStored(upload, path, 5);
    await upload.send(`${lines(5, 20)}{"data":{"n":25}}`);
    upload.abort();
    await eventually(async () => expect(await stored(path)).toBe(25));
    const rest = await append(api, path, lines(0, 40), { query: '?offset=0' });
    expect(rest.json).toEqual({ received: 15, skipped: 25, stored: 40 });
    expect((await rowsOf(api, path)).map(({ data }) => data)).toEqual(
      Array.from({ length: 40 }, (_, n) => `{"n":${n}}`),
    );
  });

  it('as CSV that breaks off leaves its last record out, which may be half', async () => {
    const path = await openImport(api);
    const upload = startUpload(api, `${path}/rows`, { type: 'text/csv' });
    await upload.send('n,name\n1,Roger\n');
    await untilStored(upload, path, 1);
    await upload.send('2,Mollie\n3,Joh');
    upload.abort();
    await eventually(async () => expect(await stored(path)).toBe(2));
    await eventually(async () => expect(await isBusy()).toBe(false));
    expect(await stored(path)).toBe(2);
  });

  it('that breaks off again and again in the middle never leaves a row twice, or out', async () => {
    const path = await openImport(api);
    const all = Buffer.from(lines(0, 60_000));
    for (let tries = 0; tries < 6; tries += 1) {
      const from = Number(await stored(path));
      const upload = startUpload(api, `${path}/rows?offset=0`);
      await upload.send(all.subarray(0, Math.floor(all.length * (0.13 * (tries + 1) + 0.007))));
      upload.abort();
      await eventually(async () => expect(await isBusy()).toBe(false));
      expect(Number(await stored(path))).toBeGreaterThanOrEqual(from);
    }
    // Refused while the one before is still at it.
    await eventually(async () => {
      const last = await append(api, path, all, { query: '?offset=0' });
      expect(last.json).toMatchObject({ stored: 60_000 });
      expect(last.status).toBe(200);
    });
    expect((await rowsOf(api, path)).map(({ data }) => data)).toEqual(
      Array.from({ length: 60_000 }, (_, n) => `{"n":${n}}`),
    );
  });

  it('beside another one does not mix with it: the later one is told how many are stored', async () => {
    const path = await openImport(api);
    const first = startUpload(api, `${path}/rows`);
    await first.send(lines(0, 10));
    await untilStored(first, path, 10);
    const second = await append(api, path, lines(100, 20));
    expect(second.json).toMatchObject({ received: 20, stored: 30 });
    await first.send(lines(10, 10));
    first.end();
    const { status, json } = await first.answered;
    expect(json).toMatchObject({ code: 'offset_mismatch', stored: 30 });
    expect(status).toBe(409);
    expect(await stored(path)).toBe(30);
  });

  it.each([
    ['complete', 'import_not_open', 409],
    ['cancelled', 'import_not_open', 409],
    ['expired', 'rows_expired', 410],
  ])('stores nothing more once the import is %s', async (state, code, expected) => {
    const path = await openImport(api);
    const upload = startUpload(api, `${path}/rows`);
    await upload.send(lines(0, 10));
    await untilStored(upload, path, 10);
    const change = state === 'expired' ? 'rows_expired_at = now()' : `state = '${state}'`;
    const name = path.split('/').at(-1);
    await api.pool.query(`UPDATE imports SET ${change} WHERE name = $1`, [name]);
    await upload.send(lines(10, 10));
    upload.end();
    const { status, json } = await upload.answered;
    expect(json).toMatchObject({ code });
    expect(status).toBe(expected);
    expect(await stored(path)).toBe(10);
  });

  it('is answered while it still sends, and the connection serves on', async () => {
    const path = await openImport(api);
    const upload = startUpload(api, `${path}/rows`);
    await upload.send('no row\n');
    const { json } = await upload.answered;
    expect(json).toMatchObject({ code: 'invalid_row', stored: 0 });
    const large = await append(api, path, `no row\n${lines(0, 400_000)}`);
    expect(large.json).toMatchObject({ code: 'invalid_row', stored: 0 });
    const next = await append(api, path, lines(0, 1));
    expect(next.json).toMatchObject({ received: 1 });
  });
});

describe('another body', () => {
  it('has to arrive in its time', async () => {
    const slow = startUpload(api, '/v1/tenants/acme/events', { type: 'application/json' });
    await slow.send('{"type":"a",');
    expect((await slow.answered).status).toBe(408);
    const bulk = startUpload(api, '/v1/tenants/acme/events/bulk');
    await bulk.send('{"type":"a",');
    expect((await bulk.answered).status).toBe(408);
  });

  it('is cut off where it was refused before, too', async () => {
    const { port } = new URL(api.url);
    const socket = connect({ port: Number(port), host: '127.0.0.1' });
    let answer = '';
    socket.on('data', (part: Buffer) => (answer += part.toString()));
    socket.on('error', () => undefined);
    const closed = once(socket, 'close');
    const head =
      'POST /v1/tenants/acme/imports/x/rows HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n';
    socket.write(`${head}Content-Type: text/csv\r\n\r\na,b`);
    await closed;
    expect(answer).toContain('401 Unauthorized');
  });
});

describe('a service that stops', () => {
  it('ends uploads with what came, and streams without their end', async () => {
    const own = await startTestApi();
    const path = await openImport(own);
    const wide = `{"data":{"x":"${'x'.repeat(60_000)}"}}\n`;
    for (let n = 0; n < 10; n += 1) await append(own, path, wide.repeat(50));
    const upload = startUpload(own, `${path}/rows`);
    await upload.send(lines(0, 10));
    await untilStored(upload, path, 510, own);
    const headers = { authorization: `Bearer ${own.key}`, accept: 'application/x-ndjson' };
    const stream = await fetch(`${own.url}${path}/rows`, { headers });
    const body = stream.body?.getReader();
    await body?.read();
    const stopped = own.stop();
    const { status, json } = await upload.answered;
    expect(json).toMatchObject({ code: 'unavailable', stored: 510 });
    expect(status).toBe(503);
    await expect(
      (async () => {
        for (;;) if ((await body?.read())?.done !== false) return 'ended';
      })(),
    ).rejects.toThrow();
    await stopped;
  });
});
