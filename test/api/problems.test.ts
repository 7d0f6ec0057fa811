import { createServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { errorsPage } from '../../src/api/problems/errorsPage.js';
import { problemCodes } from '../../src/domain/problem.js';
import { createPool } from '../../src/store/pool.js';
import { maxBodyBytes, startTestApi, type TestApi } from './startTestApi.js';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.stop());

const endpointsPath = '/v1/tenants/acme/endpoints';
const anEndpoint = { url: 'https://hooks.example.com/', eventTypes: ['*'] };

describe('problems', () => {
  it('are problem details with all their members', async () => {
    const { status, headers, json } = await api.call('GET', '/v1/nothing');
    expect(status).toBe(404);
    expect(headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
    expect(json).toEqual({
      type: '/docs/errors.md#not_found',
      title: problemCodes.not_found.title,
      status: 404,
      detail: expect.stringContaining('/v1/nothing'),
      code: 'not_found',
      requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      errors: [],
    });
  });

  it('have a type that leads to their section', async () => {
    const { text, headers } = await api.call('GET', '/docs/errors.md');
    expect(headers.get('content-type')).toContain('text/markdown');
    for (const code of Object.keys(problemCodes)) expect(text).toContain(`## ${code}\n`);
  });

  it('are documented in docs/errors.md, made from the code by `vitest --update`', async () => {
    await expect(errorsPage()).toMatchFileSnapshot('../../docs/errors.md');
  });

  it.each([
    ['/v1/tenants/acme/endpoints', 'DELETE', ['GET', 'HEAD', 'POST']],
    ['/v1/tenants/acme', 'POST', ['DELETE', 'GET', 'HEAD', 'PUT']],
    ['/health/live?x=1', 'POST', ['GET', 'HEAD']],
  ])('say which methods %s has', async (path, method, allowed) => {
    const { status, headers, json } = await api.call(method, path);
    expect(status).toBe(405);
    expect(json['code']).toBe('method_not_allowed');
    expect(headers.get('allow')).toBe(allowed.join(', '));
  });

  it('of JSON name the place', async () => {
    const body = '{\n  "url": "https://x.example.com",\n  "eventTypes": [,]\n}';
    const { status, json } = await api.call('POST', endpointsPath, { body });
    expect(status).toBe(400);
    expect(json['code']).toBe('invalid_json');
    expect(json['detail']).toContain('line 3, column 18');
  });

  it('refuse a member that stands twice', async () => {
    const body = '{"url":"https://a.example.com","url":"https://b.example.com"}';
    const { json } = await api.call('POST', endpointsPath, { body });
    expect(json).toMatchObject({ status: 400, code: 'duplicate_member' });
    expect(json['detail']).toContain('"url"');
  });

  it('refuse what is not UTF-8', async () => {
    const body = Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x7d);
    const { json } = await api.call('POST', endpointsPath, { body });
    expect(json).toMatchObject({ status: 400, code: 'invalid_json' });
  });

  it('refuse __proto__, wherever it stands', async () => {
    const body = '{"url":"https://a.example.com","eventTypes":["*"],"metadata":{"__proto__":"x"}}';
    const { json } = await api.call('POST', endpointsPath, { body });
    expect(json).toMatchObject({ status: 422, errors: [{ pointer: '/metadata/__proto__' }] });
  });

  it('refuse a body of another type', async () => {
    const headers = { 'content-type': 'text/plain' };
    const { json } = await api.call('POST', endpointsPath, { body: '{}', headers });
    expect(json).toMatchObject({ status: 415, code: 'unsupported_media_type' });
    expect(json['errors']).toMatchObject([{ pointer: '#header/content-type' }]);
  });

  it('refuse a body that is too large, and say how large one may be', async () => {
    const body = { ...anEndpoint, description: 'x'.repeat(maxBodyBytes) };
    const { json } = await api.call('POST', endpointsPath, { body });
    expect(json).toMatchObject({ status: 413, code: 'body_too_large' });
    expect(json['detail']).toContain(String(maxBodyBytes));
  });

  it('refuse a missing body', async () => {
    const { json } = await api.call('POST', endpointsPath);
    expect(json).toMatchObject({ status: 422, code: 'invalid_request' });
  });

  it('refuse a body where none is taken', async () => {
    const path = `${endpointsPath}/ep_01890000-0000-7000-8000-000000000000/enable`;
    const { json } = await api.call('POST', path, { body: { now: true } });
    expect(json).toMatchObject({ status: 422, errors: [{ pointer: '/now' }] });
  });

  it.each([
    ['limit=0', '#query/limit'],
    ['limit=251', '#query/limit'],
    ['limit=x', '#query/limit'],
    ['limit=1&limit=2', '#query/limit'],
    ['page=2', '#query/page'],
    ['cursor=nonsense', '#query/cursor'],
    ['cursor=WyJ4Il0', '#query/cursor'],
    ['cursor=WzFd', '#query/cursor'],
  ])('point at the query: %s', async (query, pointer) => {
    const { json } = await api.call('GET', `${endpointsPath}?${query}`);
    expect(json).toMatchObject({ status: 400, code: 'bad_request', errors: [{ pointer }] });
  });

  it.each([
    ['/v1/tenants/a%20b/endpoints', '#path/tenant'],
    [`/v1/tenants/${'a'.repeat(129)}/endpoints`, '#path/tenant'],
    ['/v1/tenants/acme/endpoints/dlv_01890000-0000-7000-8000-000000000000', '#path/endpointId'],
    ['/v1/tenants/acme/endpoints/ep_1', '#path/endpointId'],
    ['/v1/event-types/a..b', '#path/name'],
  ])('point at the path: %s', async (path, pointer) => {
    const { json } = await api.call('GET', path);
    expect(json).toMatchObject({ status: 400, code: 'bad_request', errors: [{ pointer }] });
  });

  it('answer a path that is no percent-encoding, or far too long', async () => {
    expect(await rawStatus('/v1/tenants/%zz')).toBe(400);
    expect(await rawStatus(`/v1/tenants/${'a'.repeat(1_000)}`)).toBe(404);
  });

  it('tell nothing of a fault of our own', async () => {
    const broken = await startTestApi({
      readiness: () => Promise.reject(new Error('the password is hunter2')),
    });
    const { status, json, text } = await broken.call('GET', '/health/ready');
    await broken.stop();
    expect(status).toBe(500);
    expect(json['code']).toBe('internal_error');
    expect(text).not.toContain('hunter2');
  });

  it('say 503 while the database is away', async () => {
    const pool = createPool(
      `postgresql://nobody@127.0.0.1:${await closedPort()}/none`,
      4,
      () => undefined,
    );
    const away = await startTestApi({ pool });
    const { status, headers, json } = await away.call('GET', '/v1/tenants');
    await pool.end();
    await away.stop();
    expect(status).toBe(503);
    expect(json['code']).toBe('unavailable');
    expect(headers.get('retry-after')).toBe('1');
  });
});

/** `fetch` would mend the path. */
function rawStatus(path: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(api.url);
    const headers = { authorization: `Bearer ${api.key}` };
    httpRequest({ hostname, port, path, headers }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end();
  });
}

/** A port that was free a moment ago, so that connections to it are refused. */
async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
