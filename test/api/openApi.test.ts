import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { OpenAPIV3_1 } from 'openapi-types';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { problemCodes } from '../../src/domain/problem.js';
import { startTestApi, type TestApi } from './startTestApi.js';

type Operation = OpenAPIV3_1.OperationObject;
type Document = OpenAPIV3_1.Document & { paths: OpenAPIV3_1.PathsObject };

let api: TestApi;
let document: Document;
beforeAll(async () => {
  api = await startTestApi();
  document = (await api.call('GET', '/openapi.json', { key: null })).json as unknown as Document;
});
afterAll(() => api.stop());

const methods = ['get', 'put', 'post', 'patch', 'delete'] as const;

function operations(): [string, Operation][] {
  return Object.entries(document.paths).flatMap(([path, item]) =>
    methods.flatMap((method): [string, Operation][] => {
      const operation = item?.[method];
      return operation === undefined ? [] : [[`${method.toUpperCase()} ${path}`, operation]];
    }),
  );
}

describe('the OpenAPI document', () => {
  it('lists every route', () => {
    expect(
      operations()
        .map(([route]) => route)
        .toSorted(),
    ).toEqual(
      [
        'GET /health/live',
        'GET /health/ready',
        'GET /metrics',
        'GET /v1/tenants',
        ...['GET', 'PUT', 'DELETE'].map((method) => `${method} /v1/tenants/{tenant}`),
        ...['GET', 'POST'].map((method) => `${method} /v1/tenants/{tenant}/endpoints`),
        ...['GET', 'PATCH', 'DELETE'].map(
          (method) => `${method} /v1/tenants/{tenant}/endpoints/{endpointId}`,
        ),
        ...['enable', 'disable', 'pause', 'resume', 'test', 'recover', 'secret/rotate'].map(
          (verb) => `POST /v1/tenants/{tenant}/endpoints/{endpointId}/${verb}`,
        ),
        ...['PUT', 'DELETE'].map(
          (method) => `${method} /v1/tenants/{tenant}/endpoints/{endpointId}/secret/rotation`,
        ),
        'POST /v1/tenants/{tenant}/endpoints/test',
        'GET /v1/tenants/{tenant}/endpoints/{endpointId}/stats',
        'GET /v1/tenants/{tenant}/endpoints/{endpointId}/secret',
        'GET /v1/event-types',
        ...['GET', 'PUT', 'DELETE'].map((method) => `${method} /v1/event-types/{name}`),
        ...['GET', 'POST'].map((method) => `${method} /v1/tenants/{tenant}/events`),
        'POST /v1/tenants/{tenant}/events/bulk',
        'GET /v1/tenants/{tenant}/events/{eventId}',
        'GET /v1/tenants/{tenant}/events/{eventId}/matching',
        'GET /v1/tenants/{tenant}/deliveries',
        'GET /v1/tenants/{tenant}/deliveries/{deliveryId}',
        'GET /v1/tenants/{tenant}/deliveries/{deliveryId}/batches',
        'GET /v1/tenants/{tenant}/deliveries/{deliveryId}/batches/{number}',
        ...['pause', 'resume', 'cancel'].map(
          (verb) => `POST /v1/tenants/{tenant}/imports/{importId}/${verb}`,
        ),
        ...['retry', 'cancel'].map(
          (verb) => `POST /v1/tenants/{tenant}/deliveries/{deliveryId}/${verb}`,
        ),
        'POST /v1/tenants/{tenant}/imports/{importId}/complete',
        ...['GET', 'POST'].map((method) => `${method} /v1/tenants/{tenant}/recoveries`),
        'GET /v1/tenants/{tenant}/recoveries/{recoveryId}',
        'POST /v1/tenants/{tenant}/recoveries/{recoveryId}/cancel',
        ...['GET', 'POST'].map((method) => `${method} /v1/tenants/{tenant}/jwt-keys`),
        ...['GET', 'DELETE'].map((method) => `${method} /v1/tenants/{tenant}/jwt-keys/{keyId}`),
        ...['GET', 'POST'].map((method) => `${method} /v1/tenants/{tenant}/imports`),
        'GET /v1/tenants/{tenant}/imports/{importId}',
        ...['GET', 'POST'].map(
          (method) => `${method} /v1/tenants/{tenant}/imports/{importId}/rows`,
        ),
        'GET /rest/batch/{batchId}/rows',
        ...['GET', 'POST'].map((method) => `${method} /v1/api-keys`),
        'GET /v1/audit',
        ...['GET', 'DELETE'].map((method) => `${method} /v1/api-keys/{keyId}`),
        ...['endpoints', 'events', 'deliveries', 'imports', 'queues', 'stats', 'settings'].map(
          (list) => `GET /v1/${list}`,
        ),
        ...['GET', 'PATCH'].map((method) => `${method} /v1/environment`),
        ...['GET', 'POST'].map((method) => `${method} /v1/operational-endpoints`),
        ...['GET', 'PATCH', 'DELETE'].map(
          (method) => `${method} /v1/operational-endpoints/{endpointId}`,
        ),
        ...['enable', 'disable', 'pause', 'resume', 'test', 'recover', 'secret/rotate'].map(
          (verb) => `POST /v1/operational-endpoints/{endpointId}/${verb}`,
        ),
        ...['PUT', 'DELETE'].map(
          (method) => `${method} /v1/operational-endpoints/{endpointId}/secret/rotation`,
        ),
        'POST /v1/operational-endpoints/test',
        ...['stats', 'secret'].map((what) => `GET /v1/operational-endpoints/{endpointId}/${what}`),
      ].toSorted(),
    );
  });

  it('is of version 3.1, with every part that an operation needs', () => {
    expect(document.openapi).toBe('3.1.0');
    expect(document.security).toEqual([{ apiKey: [] }]);
    const named = operations().map(([, { operationId }]) => operationId);
    expect(new Set(named).size).toBe(named.length);
    for (const [route, operation] of operations()) {
      expect(operation.summary, route).toBeTruthy();
      expect(operation.tags, route).toHaveLength(1);
      const placeholders = [...route.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      const inPath = (operation.parameters ?? []).filter((one) => 'in' in one && one.in === 'path');
      expect(
        inPath.map((one) => 'name' in one && one.name),
        route,
      ).toEqual(placeholders);
      const statuses = Object.keys(operation.responses ?? {});
      expect(
        statuses.filter((status) => status.startsWith('2')),
        route,
      ).not.toEqual([]);
      if (!route.includes('/health/')) expect(statuses, route).toContain('401');
    }
  });

  it('has schemas that are JSON Schema 2020-12, and no reference that leads nowhere', () => {
    const ajv = new Ajv2020({ strict: false });
    addFormats.default(ajv);
    ajv.addSchema({ ...document, $id: 'openapi' });
    const schemas = document.components?.schemas ?? {};
    for (const [name, schema] of Object.entries(schemas)) {
      expect(ajv.validateSchema(schema), name).toBe(true);
    }
    const refs = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)];
    const used = new Set(refs.map(([, name]) => name ?? ''));
    expect([...used].toSorted()).toEqual(Object.keys(schemas).toSorted());
    for (const name of Object.keys(schemas)) {
      expect(ajv.getSchema(`openapi#/components/schemas/${name}`), name).toBeDefined();
    }
  });

  it('describes what the API answers', async () => {
    const ajv = new Ajv2020({ strict: false });
    addFormats.default(ajv);
    ajv.addSchema({ ...document, $id: 'openapi' });
    const check = (name: string, value: unknown): void => {
      const validate = ajv.getSchema(`openapi#/components/schemas/${name}`);
      expect(validate?.(value), `${name}: ${JSON.stringify(validate?.errors)}`).toBe(true);
    };
    const body = { url: 'https://hooks.example.com/', eventTypes: ['*'] };
    check('NewEndpoint', body);
    const endpoint = await api.call('POST', '/v1/tenants/acme/endpoints', { body });
    check('Endpoint', endpoint.json);
    const secrets = await api.call('GET', `${endpoint.headers.get('location')}/secret`);
    check('EndpointSecrets', secrets.json);
    check('Tenant', (await api.call('GET', '/v1/tenants/acme')).json);
    const put = await api.call('PUT', '/v1/event-types/a', { body: { schema: {}, sample: 1 } });
    check('EventType', put.json);
    const key = await api.call('POST', '/v1/api-keys', { body: { name: 'x' } });
    check('ApiKeyCreated', key.json);
    const accepted = await api.call('POST', '/v1/tenants/acme/events', {
      body: { type: 'a', data: 1 },
    });
    check('EventAccepted', accepted.json);
    const [delivery] = accepted.json['deliveries'] as { id: string }[];
    check(
      'Event',
      (await api.call('GET', `/v1/tenants/acme/events/${String(accepted.json['id'])}`)).json,
    );
    const shown = await api.call('GET', `/v1/tenants/acme/deliveries/${delivery?.id}`);
    check('Delivery', shown.json);
    const newImport = { id: 'i', endpoint: { url: 'https://hooks.example.com/' }, data: { a: 1 } };
    check('NewImport', newImport);
    const imports = '/v1/tenants/acme/imports';
    check('Import', (await api.call('POST', imports, { body: newImport })).json);
    const list = (await api.call('GET', imports)).json['data'] as object[];
    check('ImportSummary', list[0]);
    const headers = { 'content-type': 'application/x-ndjson' };
    const row = { id: 'a', data: { n: 1 }, valid: false };
    check('NewRow', row);
    const rows = await api.call('POST', `${imports}/i/rows`, { body: row, headers });
    check('RowsAppended', rows.json);
    check('RowPage', (await api.call('GET', `${imports}/i/rows`)).json);
    check('Problem', (await api.call('GET', '/v1/tenants/none')).json);
  });

  it('says of every POST that it takes idempotency keys, but for streams, whose parts are known otherwise', () => {
    for (const [route, { parameters = [], responses = {} }] of operations()) {
      if (!route.startsWith('POST ') || /\/(?:bulk|rows)$/.test(route)) continue;
      const header = parameters.find((one) => 'name' in one && one.name === 'idempotency-key');
      expect(header, route).toMatchObject({ in: 'header' });
      for (const [status, code] of [
        ['409', 'request_in_flight'],
        ['422', 'idempotency_key_reused'],
      ] as const) {
        const response = responses[status];
        expect(
          response !== undefined && 'description' in response && response.description,
        ).toContain(code);
      }
    }
  });

  it('names every problem that a route documents by a code that exists', () => {
    for (const [route, { responses = {} }] of operations()) {
      for (const [status, response] of Object.entries(responses)) {
        if (!/^[45]/.test(status) || route.includes('/health/')) continue;
        const text = 'description' in response ? (response.description ?? '') : '';
        const codes = [...text.matchAll(/`(\w+)`: /g)].map(([, code]) => code ?? '');
        expect(codes.length, `${route} ${status}`).toBeGreaterThan(0);
        for (const code of codes) {
          expect(problemCodes[code as keyof typeof problemCodes].status).toBe(Number(status));
        }
      }
    }
  });

  it("describes the outgoing webhook from the receiver's side", () => {
    const webhook = document.webhooks?.['event'];
    const post = webhook !== undefined && 'post' in webhook ? webhook.post : undefined;
    expect((post?.parameters ?? []).map((one) => 'name' in one && one.name)).toEqual([
      'webhook-id',
      'webhook-timestamp',
      'webhook-signature',
    ]);
    expect(Object.keys(post?.responses ?? {})).toEqual(
      expect.arrayContaining(['2XX', '410', '429']),
    );
    expect(post?.requestBody).toMatchObject({ required: true });
  });
});
