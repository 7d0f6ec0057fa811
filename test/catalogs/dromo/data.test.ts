import { describe, expect, it } from 'vitest';
import { onlyDelivery } from '../../e2e/apiClient.js';
import { useTestService } from '../../e2e/useTestService.js';
import { allRows } from '../allRows.js';
import { attributes, embedded, headless, managed } from './imports.js';

const { service, newReceiver } = await useTestService();
const receiver = await newReceiver();
const client = await service.clientOf('data');

const completed = 'import_completed';
const review = 'headless_import_needs_review';
const failed = 'headless_import_failed';
const url = 'https://dromo.example.com/never-shown';

async function refusal(type: string, data: unknown): Promise<Record<string, unknown>> {
  const { status, text } = await client.call('POST', 'events', { body: { type, data } });
  expect(status, text).toBe(422);
  expect((await client.call('GET', 'events')).text).toBe('{"data":[],"nextCursor":null}');
  return JSON.parse(text) as Record<string, unknown>;
}

const at = (pointer: string): unknown =>
  expect.arrayContaining([expect.objectContaining({ pointer })]);

describe('an import is refused', () => {
  it.each([
    ...['id', 'filename', 'created_date', 'import_type', 'status'],
    ...['num_data_rows', 'development_mode', 'has_data'],
  ])('without %s', async (name) => {
    const { [name]: _without, ...data } = embedded;
    const { errors } = await refusal(completed, data);
    expect(errors).toEqual([{ pointer: '/data', detail: `must have required property '${name}'` }]);
  });

  it.each<[string, unknown]>([
    ['id', null],
    ['id', 1],
    ['id', ''],
    ['filename', 1],
    ['user', null],
    ['user', 'user-123'],
    ['created_date', null],
    ['created_date', '24.4.2024'],
    ['created_date', 1_713_979_214],
    ['import_type', null],
    ['import_type', 'OTHER'],
    ['status', null],
    ['status', 1],
    ['num_data_rows', null],
    ['num_data_rows', '433'],
    ['num_data_rows', 0.5],
    ['num_data_rows', -1],
    ['development_mode', null],
    ['development_mode', 'false'],
    ['has_data', null],
    ['has_data', 1],
  ])('with %s %j', async (name, value) => {
    const { code, errors } = await refusal(completed, { ...embedded, [name]: value });
    expect(code).toBe('data_breaks_schema');
    expect(errors).toEqual(at(`/data/${name}`));
  });

  it.each<[string, unknown]>([
    ['id', null],
    ['name', 1],
    ['email', []],
    ['company_id', 7],
    ['company_name', false],
  ])('with %s of the user %j', async (name, value) => {
    const user = { ...(embedded['user'] as object), [name]: value };
    const { errors } = await refusal(completed, { ...embedded, user });
    expect(errors).toEqual(at(`/data/user/${name}`));
  });

  it.each<[string, string, object, string[]]>([
    ['headless without headless', completed, { import_type: 'HEADLESS' }, ['/data/headless']],
    ['embedded with headless', completed, { headless: {} }, ['/data/headless']],
    ['embedded and not successful', completed, { status: 'FAILED' }, ['/data/status']],
    ['embedded and in need of review', review, {}, ['/data/import_type']],
    ['embedded and failed', failed, {}, ['/data/import_type']],
    [
      'embedded, and all of that',
      failed,
      { status: 'FAILED', headless: {} },
      ['/data/import_type', '/data/status', '/data/headless'],
    ],
  ])('that is %s', async (_, type, changes, pointers) => {
    const { code, errors } = await refusal(type, { ...embedded, ...changes });
    expect(code).toBe('data_breaks_rule');
    expect((errors as { pointer: string }[]).map(({ pointer }) => pointer)).toEqual(pointers);
  });

  it('with headless null, or as a list', async () => {
    for (const value of [null, []]) {
      const { errors } = await refusal(completed, { ...headless, headless: value });
      expect(errors).toEqual(at('/data/headless'));
    }
  });

  it('with headless twice', async () => {
    const text = JSON.stringify(headless).replace('{', '{"headless":{},');
    const body = `{"type":"${completed}","data":${text}}`;
    expect((await client.call('POST', 'events', { body })).status).toBe(422);
  });
});

describe('an import', () => {
  it.each<[string, string, object]>([
    ['has null as filename', completed, { ...embedded, filename: null }],
    ['has no rows', completed, { ...embedded, num_data_rows: 0 }],
    [
      'has nothing but the id of its user',
      completed,
      {
        ...embedded,
        user: { id: 'u', name: null, email: null, company_id: null, company_name: null },
      },
    ],
    ['has no user', completed, { ...headless, user: undefined }],
    ['is headless and of another status', completed, { ...headless, status: 'REVIEWED' }],
    ['is headless and needs review', review, { ...headless, status: 'NEEDS_REVIEW' }],
    ['is headless and failed', failed, { ...headless, status: 'FAILED', filename: null }],
  ])('may be one that %s', async (_, type, data) => {
    const other = await service.clientOf('accepted');
    expect((await other.call('POST', 'events', { body: { type, data } })).status).toBe(202);
  });

  it('is stripped of what would show its rows, inside headless at any depth', async () => {
    const tenant = await service.clientOf('stripped');
    await tenant.createEndpoint(`${receiver.url}/stripped`, managed);
    await tenant.createEndpoint(`${receiver.url}/raw`, { format: 'raw' });
    const { headless: _headless, ...rest } = headless;
    const data = (inner: string): string =>
      JSON.stringify({ ...rest, review_url: 'of nobody' }).replace(
        /\}$/,
        `, "headless" : ${inner}}`,
      );
    const given = `{ "review_url":"${url}", "id":"h-1","n" : 1.10 ,
      "original_file_download":{"url":"${url}","expires":12345678901234567890},
      "runs":[ {"review\\u005furl":"${url}"}, {"file":{"name":"\\u00e9","original_file_download":"${url}"}} ],
      "note":"review_url: \\"${'x'.repeat(10)}\\"" }`;
    const left = `{ "id":"h-1","n" : 1.10 ,
      "runs":[ {}, {"file":{"name":"\\u00e9"}} ],
      "note":"review_url: \\"${'x'.repeat(10)}\\"" }`;
    const event = await tenant.send(
      `{"type":"${review}","attributes":${JSON.stringify(attributes)},"data":${data(given)}}`,
    );
    for (const { id } of event.deliveries) await tenant.until(id, 'delivered');
    const bodies = receiver.requests.map((request) => [request.url, request.body.toString('utf8')]);
    expect(Object.fromEntries(bodies)).toEqual({
      '/stripped': `{"event":"${review}","data":${data(left)}}`,
      '/raw': data(left),
    });
    expect((await tenant.call('GET', `events/${event.id}`)).text).toContain(data(left));
    for (const [table, rows] of await allRows(service.pool)) {
      expect(rows, table).not.toContain('never-shown');
    }
  });

  it('is not found by what it was stripped of', async () => {
    const tenant = await service.clientOf('filtered');
    await tenant.createEndpoint(receiver.url, {
      filters: { 'data./headless/review_url': [url], 'data./headless/id': ['h-2'] },
    });
    const send = (inner: object) =>
      tenant.send({ type: completed, data: { ...headless, headless: inner } });
    expect((await send({ id: 'h-1', review_url: url })).deliveries).toEqual([]);
    expect(onlyDelivery(await send({ id: 'h-2', review_url: url }))).toMatch(/^dlv_/);
  });
});
