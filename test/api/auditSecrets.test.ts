import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestApi, type TestApi } from './startTestApi.js';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.stop());

const secrets: string[] = [];

/** A text that may stand nowhere in the audit log. */
function secret(): string {
  const text = `nowhere${randomBytes(18).toString('hex')}`;
  secrets.push(text);
  return text;
}

const endpoints = '/v1/tenants/{tenant}/endpoints';
const one = `${endpoints}/{endpointId}`;
const imports = '/v1/tenants/{tenant}/imports/{importId}';
const delivery = '/v1/tenants/{tenant}/deliveries/{deliveryId}';
const event = { type: 'a.b', data: 1 };

function target(): object {
  return { url: `https://hooks.example.com/?key=${secret()}`, headers: { 'x-key': secret() } };
}

/** A request of each route that changes something, as far as it can carry secrets with some in it. In their order. */
const requests: [route: string, body?: () => unknown][] = [
  ['PUT /v1/tenants/{tenant}', () => ({ name: 'A' })],
  ['PUT /v1/event-types/{name}', () => ({ title: 'T' })],
  ['PATCH /v1/environment', () => ({ undeclaredTypes: 'accept' })],
  [`POST ${endpoints}`, () => ({ ...target(), eventTypes: ['*'], secret: secret() })],
  [`POST ${endpoints}/test`, () => ({ ...target(), eventType: 'a.b', secret: secret() })],
  [`PATCH ${one}`, target],
  [`POST ${one}/secret/rotate`, () => ({ secret: secret() })],
  [`PUT ${one}/secret/rotation`, () => ({ everyDays: 90 })],
  [`DELETE ${one}/secret/rotation`],
  [`POST ${one}/test`, () => ({ eventType: 'a.b' })],
  [`POST ${one}/pause`],
  [`POST ${one}/resume`],
  [`POST ${one}/disable`],
  [`POST ${one}/enable`],
  [`POST ${one}/recover`, () => ({})],
  ['POST /v1/tenants/{tenant}/events', () => ({ ...event, headers: { 'x-event': secret() } })],
  ['POST /v1/tenants/{tenant}/events/bulk', () => JSON.stringify({ ...event, data: secret() })],
  [`POST ${delivery}/retry`],
  [`POST ${delivery}/cancel`],
  ['POST /v1/tenants/{tenant}/recoveries', () => ({ since: '2026-01-01T00:00:00Z' })],
  ['POST /v1/tenants/{tenant}/recoveries/{recoveryId}/cancel'],
  ['POST /v1/tenants/{tenant}/jwt-keys', () => ({ algorithm: 'HS256', secret: secret() })],
  ['DELETE /v1/tenants/{tenant}/jwt-keys/{keyId}'],
  [
    'POST /v1/tenants/{tenant}/imports',
    () => ({ endpoint: { url: `https://hooks.example.com/?${secret()}`, secret: secret() } }),
  ],
  [`POST ${imports}/rows`, () => JSON.stringify({ data: { row: secret() } })],
  [`POST ${imports}/complete`],
  [`POST ${imports}/pause`],
  [`POST ${imports}/resume`],
  [`POST ${imports}/cancel`],
  ['POST /v1/api-keys', () => ({ name: 'n' })],
  ['DELETE /v1/api-keys/{keyId}'],
  [`DELETE ${one}`],
  ['DELETE /v1/tenants/{tenant}'],
  ['DELETE /v1/event-types/{name}'],
];

/** Of the API's own document, so that a new route has to be walked, too. Those of operational endpoints are the same. */
async function mutatingRoutes(): Promise<string[]> {
  const { json } = await api.call('GET', '/openapi.json');
  return Object.entries(json['paths'] as Record<string, object>)
    .filter(([path]) => !path.startsWith('/v1/operational-endpoints'))
    .flatMap(([path, item]) =>
      Object.keys(item)
        .filter((method) => method !== 'get')
        .map((method) => `${method.toUpperCase()} ${path}`),
    );
}

it('shows no secret that any route was given or has made', async () => {
  expect(requests.map(([route]) => route).toSorted()).toEqual((await mutatingRoutes()).toSorted());
  const ids: Record<string, string> = { tenant: 'acme', name: 'a.b' };
  for (const [route, body] of requests) {
    const [method = '', template = ''] = route.split(' ');
    const path = template.replaceAll(/\{(\w+)\}/g, (_, name: string) => ids[name] ?? name);
    const isLines = /\/(bulk|rows)$/.test(template);
    const headers = isLines ? { 'content-type': 'application/x-ndjson' } : {};
    const answer = await api.call(method, path, {
      headers,
      ...(body === undefined ? {} : { body: body() }),
    });
    expect([route, answer.status < 300 ? 'done' : answer.text]).toEqual([route, 'done']);
    const made = String(answer.json['id']);
    const isNew = answer.status === 201 || answer.status === 202;
    if (isNew && made.startsWith('ep_')) ids['endpointId'] = made;
    if (isNew && made.startsWith('rec_')) ids['recoveryId'] = made;
    if (isNew && made.startsWith('imp_')) ids['importId'] = made;
    if (isNew && /^(key|jwk)_/.test(made)) ids['keyId'] = made;
    const [first] = (answer.json['deliveries'] ?? []) as { id: string }[];
    if (first !== undefined) ids['deliveryId'] = first.id;
    const { key } = answer.json;
    if (typeof key === 'string') secrets.push(key);
    const shown = (answer.json['secrets'] ?? []) as { secret: string }[];
    secrets.push(...shown.map((live) => live.secret));
  }
  const { rows } = await api.pool.query('SELECT * FROM audit_entries');
  const list = await api.call('GET', '/v1/audit?limit=250');
  expect(rows.length).toBeGreaterThan(15);
  expect(secrets.length).toBeGreaterThan(15);
  for (const text of secrets) {
    expect(JSON.stringify(rows)).not.toContain(text);
    expect(list.text).not.toContain(text);
  }
});
