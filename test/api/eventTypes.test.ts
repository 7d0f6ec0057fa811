import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApi, type TestApi } from './startTestApi.js';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.stop());

const path = '/v1/event-types/job.end';

describe('event types', () => {
  it('are declared, declared anew, shown and removed', async () => {
    const created = await api.call('PUT', path, { body: { title: 'Ended', group: 'flow' } });
    expect(created.status).toBe(201);
    expect(created.headers.get('location')).toBe(path);
    expect(created.json).toEqual({
      name: 'job.end',
      title: 'Ended',
      description: null,
      group: 'flow',
      action: null,
      availability: null,
      rows: null,
      catalog: null,
      schema: null,
      createdAt: expect.stringMatching(/Z$/),
      updatedAt: expect.stringMatching(/Z$/),
    });
    const changed = await api.call('PUT', path, { body: { description: 'x', sample: null } });
    expect(changed.status).toBe(200);
    expect(changed.json).toMatchObject({ title: null, description: 'x', sample: null });
    expect((await api.call('GET', path)).json).toEqual(changed.json);
    expect((await api.call('DELETE', path)).status).toBe(204);
    expect((await api.call('GET', path)).status).toBe(404);
    expect((await api.call('DELETE', path)).status).toBe(404);
  });

  it('keep schema and sample byte for byte', async () => {
    const schema = '{ "type":"object", "properties": {"2":{"maximum":1.0},"1":{}} }';
    const sample = '{"2": 0.10,\n "b": 12345678901234567890, "a": "\\u00e9"}';
    const { text } = await api.call('PUT', path, {
      body: `{"schema":${schema} , "sample": ${sample}}`,
    });
    for (const shown of [text, (await api.call('GET', path)).text]) {
      expect(shown).toContain(`"schema":${schema}`);
      expect(shown).toContain(`"sample":${sample}`);
    }
    const list = await api.call('GET', '/v1/event-types');
    expect(list.text).toContain(`"sample":${sample}`);
    expect((list.json['data'] as unknown[])[0]).toMatchObject({ name: 'job.end', catalog: null });
  });

  it.each([
    [{ schema: { type: 'objekt' } }, '/schema/type'],
    [{ schema: { properties: { a: { minLength: -1 } } } }, '/schema/properties/a/minLength'],
    [{ schema: { pattern: '(' } }, '/schema'],
    [{ schema: { $ref: 'https://example.com/other.json' } }, '/schema'],
    [{ schema: { $schema: 'http://json-schema.org/draft-04/schema#' } }, '/schema/$schema'],
    [{ schema: { $schema: 5 } }, '/schema/$schema'],
    [{ schema: { $async: true } }, '/schema/$async'],
    [{ schema: 'string' }, '/schema'],
    [{ schema: { type: 'string' }, sample: 5 }, '/sample'],
    [
      { schema: { properties: { at: { format: 'date-time' } } }, sample: { at: 'today' } },
      '/sample/at',
    ],
    [{ schema: false, sample: {} }, '/sample'],
    [{ title: '' }, '/title'],
    [{ group: 7 }, '/group'],
    [{ name: 'other' }, '/name'],
  ])('refuse %j', async (body, pointer) => {
    const { json } = await api.call('PUT', '/v1/event-types/refused', { body });
    expect(json).toMatchObject({ status: 422, code: 'invalid_request' });
    const pointers = (json['errors'] as { pointer: string }[]).map((part) => part.pointer);
    expect(pointers).toContain(pointer);
    expect((await api.call('GET', '/v1/event-types/refused')).status).toBe(404);
  });

  it('take schemas with references within, of booleans, and with unknown keywords', async () => {
    const named = { $defs: { n: { type: 'number' } }, $ref: '#/$defs/n', 'x-owner': 'ops' };
    for (const schema of [named, { ...named, $id: 'https://example.com/a' }, true, {}]) {
      const { status, text } = await api.call('PUT', path, { body: { schema, sample: 5 } });
      expect(status, text).toBe(200);
    }
  });

  it("keep the service's own names reserved", async () => {
    const { json } = await api.call('PUT', '/v1/event-types/everhook.endpoint.disabled', {
      body: {},
    });
    expect(json).toMatchObject({
      status: 409,
      code: 'name_reserved',
      errors: [{ pointer: '#path/name' }],
    });
  });

  it('are listed page by page', async () => {
    const key = await api.makeKey({ environment: 'production' });
    for (const name of ['a', 'b', 'c']) {
      await api.call('PUT', `/v1/event-types/${name}`, { key, body: {} });
    }
    await api.call('PATCH', '/v1/environment', { key, body: { catalogs: [] } });
    const first = await api.call('GET', '/v1/event-types?limit=2', { key });
    expect(first.json).toMatchObject({ data: [{ name: 'c' }, { name: 'b' }] });
    const cursor = String(first.json['nextCursor']);
    const rest = await api.call('GET', `/v1/event-types?limit=2&cursor=${cursor}`, { key });
    expect(rest.json).toMatchObject({ data: [{ name: 'a' }], nextCursor: null });
  });
});
