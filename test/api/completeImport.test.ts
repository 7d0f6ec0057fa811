import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expireRows } from '../../src/store/expireRows.js';
import { createImport, type ImportDefinition } from '../../src/store/imports.js';
import { insertChunks } from '../../src/store/importChunks.js';
import type { CompletedImport } from '../e2e/importClient.js';
import { startTestApi, type TestApi } from './startTestApi.js';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.stop());

let made = 0;

/** An import of a tenant of its own: `valid` says of each row whether it is. */
async function makeImport(
  definition: Partial<ImportDefinition> = {},
  valid: readonly boolean[] = [true, false, true],
): Promise<{ tenant: string; path: string; importId: string }> {
  made += 1;
  const tenant = `tenant-${made}`;
  await api.call('PUT', `/v1/tenants/${tenant}`, { body: {} });
  const record = await createImport(
    api.pool,
    api.sealer,
    { environment: 'test', tenant },
    {
      ...{ name: `import-${made}`, attributes: {}, metadata: {}, eventTypes: [], data: null },
      ...{ endpoint: null, batchSize: null, keepRows: true },
      ...definition,
    },
  );
  if (record === null) throw new Error('there is one of that name');
  const invalidPlaces = valid.flatMap((isValid, place) => (isValid ? [] : [place]));
  const data = valid.map((_, row) => `{"n":${row}}`).join('\n');
  const chunk = { rowCount: valid.length, data, byteCount: data.length, ids: null, invalidPlaces };
  if (valid.length > 0) await insertChunks(api.pool, record.id, { rows: 0, validRows: 0 }, [chunk]);
  await api.pool.query('UPDATE imports SET row_count = $2, valid_count = $3 WHERE id = $1', [
    ...[record.id, valid.length, valid.length - invalidPlaces.length],
  ]);
  const path = `/v1/tenants/${tenant}/imports/${record.name}/complete`;
  return { tenant, path, importId: record.id };
}

async function makeEndpoint(tenant: string, wish: object): Promise<string> {
  const body = { url: 'https://example.com/hook', ...wish };
  const { json, status, text } = await api.call('POST', `/v1/tenants/${tenant}/endpoints`, {
    body,
  });
  if (status !== 201) throw new Error(text);
  return json['id'] as string;
}

async function complete(path: string): Promise<CompletedImport> {
  const { status, json, text } = await api.call('POST', path);
  if (status !== 202) throw new Error(text);
  return json as unknown as CompletedImport;
}

async function runsOf(importId: string): Promise<unknown[]> {
  const { rows } = await api.pool.query(
    `SELECT d.event_type AS type, r.choice, r.total_rows AS "totalRows", r.batch_size AS "batchSize",
       d.import_id = r.import_id AS noted
     FROM batch_runs r JOIN deliveries d ON d.id = r.delivery_id WHERE r.import_id = $1 ORDER BY 1`,
    [importId],
  );
  return rows;
}

describe('completing an import', () => {
  it('makes one event per type, each with the rows that it brings', async () => {
    const { tenant, path, importId } = await makeImport({ eventTypes: ['all', 'invalidData'] });
    const endpointId = await makeEndpoint(tenant, {
      eventTypes: ['all', 'invalidData'],
      format: 'pulter',
      batchSize: 7,
    });
    const { events } = await complete(path);
    expect(events.map(({ type, rows }) => ({ type, rows }))).toEqual([
      { type: 'all', rows: { choice: 'all', totalRows: 3 } },
      { type: 'invalidData', rows: { choice: 'invalid', totalRows: 1 } },
    ]);
    expect(events.flatMap(({ deliveries }) => deliveries.map((one) => one.endpointId))).toEqual([
      endpointId,
      endpointId,
    ]);
    expect(await runsOf(importId)).toEqual([
      { type: 'all', choice: 'all', totalRows: 3, batchSize: 7, noted: true },
      { type: 'invalidData', choice: 'invalid', totalRows: 1, batchSize: 7, noted: true },
    ]);
  });

  it('gives the first answer again, and makes nothing more', async () => {
    const { tenant, path } = await makeImport({ eventTypes: ['contacts.imported'] });
    const first = await complete(path);
    expect(await complete(path)).toEqual(first);
    const { json } = await api.call('GET', `/v1/tenants/${tenant}/events`);
    expect(json['data']).toHaveLength(1);
  });

  it('at the same time twice makes its events once', async () => {
    const { tenant, path } = await makeImport({ eventTypes: ['contacts.imported'] });
    const [first, second] = await Promise.all([complete(path), complete(path)]);
    expect(second).toEqual(first);
    const { json } = await api.call('GET', `/v1/tenants/${tenant}/events`);
    expect(json['data']).toHaveLength(1);
  });

  it('sends nothing where no row is to be sent, and says so', async () => {
    const { tenant, path, importId } = await makeImport({ eventTypes: ['invalidData'] }, [true]);
    await makeEndpoint(tenant, { eventTypes: ['invalidData'] });
    const { events } = await complete(path);
    expect(events).toMatchObject([
      { reason: 'the import has no invalid rows, so nothing is sent', deliveries: [] },
    ]);
    expect(await runsOf(importId)).toEqual([]);
  });

  it("takes the import's batch size before the endpoint's, and 5,000 without any", async () => {
    const own = await makeImport({ eventTypes: ['all'], batchSize: 9 });
    await makeEndpoint(own.tenant, { eventTypes: ['all'], batchSize: 7 });
    await complete(own.path);
    expect(await runsOf(own.importId)).toMatchObject([{ batchSize: 9 }]);
    const none = await makeImport({ eventTypes: ['all'] });
    await makeEndpoint(none.tenant, { eventTypes: ['all'] });
    await complete(none.path);
    expect(await runsOf(none.importId)).toMatchObject([{ batchSize: 5_000 }]);
  });

  it('brings rows by types of its own, to endpoints that name them', async () => {
    await api.call('PUT', '/v1/event-types/contacts.rows', { body: { rows: 'valid' } });
    const { tenant, path, importId } = await makeImport({ eventTypes: ['contacts.rows'] });
    const named = await makeEndpoint(tenant, { eventTypes: ['contacts.rows'] });
    await makeEndpoint(tenant, { eventTypes: ['contacts.*', '*'] });
    const { events } = await complete(path);
    expect(events).toMatchObject([
      { rows: { choice: 'valid', totalRows: 2 }, deliveries: [{ endpointId: named }] },
    ]);
    expect(await runsOf(importId)).toMatchObject([{ choice: 'valid', totalRows: 2 }]);
    const eventPath = `/v1/tenants/${tenant}/events/${events[0]?.id}/matching`;
    const { json } = await api.call('GET', eventPath);
    expect(json['data']).toMatchObject([
      { matched: false, reason: "its types don't name contacts.rows, which brings rows" },
      { matched: true },
    ]);
  });

  it('tells of the import by an event without rows, as any other', async () => {
    const { tenant, path, importId } = await makeImport({
      eventTypes: ['contacts.imported'],
      attributes: { team: 'a' },
    });
    await makeEndpoint(tenant, { eventTypes: ['*'], filters: { team: ['a'] } });
    const { events } = await complete(path);
    expect(events).toMatchObject([{ rows: null, reason: null, deliveries: [{}] }]);
    expect(await runsOf(importId)).toEqual([]);
    const { json } = await api.call('GET', `/v1/tenants/${tenant}/events/${events[0]?.id}`);
    expect(json).toMatchObject({ data: { totalRows: 3, validRows: 2, invalidRows: 1 } });
  });

  it('sends to the endpoint that came with the import', async () => {
    const endpoint = { url: 'https://example.com/run-time', format: 'pulter', secret: 'as typed' };
    const { path, importId } = await makeImport({ eventTypes: ['all'], endpoint });
    const { events } = await complete(path);
    expect(events[0]?.deliveries).toHaveLength(1);
    const { rows } = await api.pool.query(
      `SELECT e.url, e.one_off AS "oneOff" FROM endpoints e JOIN deliveries d ON d.endpoint_id = e.id
       WHERE d.import_id = $1`,
      [importId],
    );
    expect(rows).toEqual([{ url: 'https://example.com/run-time', oneOff: true }]);
  });

  it('makes nothing and leaves the import open where one of its events is refused', async () => {
    const { tenant, path } = await makeImport({
      eventTypes: ['contacts.imported', 'recordStatusModified'],
    });
    const { status, json } = await api.call('POST', path);
    expect(status).toBe(422);
    expect(json).toMatchObject({
      code: 'data_breaks_schema',
      errors: [{ pointer: '/data', detail: "must have required property 'payload'" }],
    });
    expect(json['detail']).toContain('As recordStatusModified: ');
    const events = await api.call('GET', `/v1/tenants/${tenant}/events`);
    expect(events.json['data']).toEqual([]);
  });

  it('makes its tenant anew where that was deleted meanwhile, as any event does', async () => {
    const { tenant, path } = await makeImport({ eventTypes: ['validData'] });
    expect((await api.call('DELETE', `/v1/tenants/${tenant}`)).status).toBe(204);
    await complete(path);
    expect((await api.call('GET', `/v1/tenants/${tenant}`)).status).toBe(200);
  });

  it('is refused for one whose rows have expired: there is nothing to bring', async () => {
    const { tenant, path, importId } = await makeImport({ eventTypes: ['validData'] });
    await makeEndpoint(tenant, { eventTypes: ['validData'] });
    await expireRows(api.pool, importId);
    const { status, json } = await api.call('POST', path);
    expect({ status, ...json }).toMatchObject({ status: 410, code: 'rows_expired' });
    expect(await runsOf(importId)).toEqual([]);
  });

  it('is refused for one that was cancelled, and for none', async () => {
    const { path, importId, tenant } = await makeImport();
    await api.pool.query(`UPDATE imports SET state = 'cancelled' WHERE id = $1`, [importId]);
    const cancelled = await api.call('POST', path);
    expect([cancelled.status, cancelled.json['code']]).toEqual([409, 'import_not_open']);
    const none = await api.call('POST', `/v1/tenants/${tenant}/imports/none/complete`);
    expect(none.status).toBe(404);
    const others = await api.call('POST', path.replace(tenant, 'somebody-else'));
    expect(others.status).toBe(404);
  });

  it('is refused where its rows have expired, and makes nothing', async () => {
    const { path, importId, tenant } = await makeImport();
    await api.pool.query(`UPDATE imports SET rows_expired_at = now() WHERE id = $1`, [importId]);
    const expired = await api.call('POST', path);
    expect([expired.status, expired.json['code']]).toEqual([410, 'rows_expired']);
    const events = await api.call('GET', `/v1/tenants/${tenant}/events`);
    expect(events.json['data']).toEqual([]);
  });
});

describe('an event about an import that is here', () => {
  const data = (id: string, hasData: boolean): object => ({
    ...{ id, filename: null, created_date: '2026-01-31T13:45:00Z', import_type: 'EMBEDDED' },
    ...{ status: 'SUCCESSFUL', num_data_rows: 3, development_mode: true, has_data: hasData },
  });
  const stored = async (tenant: string, sent: object): Promise<unknown> => {
    const body = { type: 'import_completed', data: sent };
    const { json } = await api.call('POST', `/v1/tenants/${tenant}/events`, { body });
    const event = await api.call('GET', `/v1/tenants/${tenant}/events/${String(json['id'])}`);
    return event.json['data'];
  };

  it('says whether its rows are kept, whatever its product says', async () => {
    const kept = await makeImport();
    expect(await stored(kept.tenant, data(`import-${made}`, false))).toMatchObject({
      has_data: true,
    });
    const gone = await makeImport({ keepRows: false });
    expect(await stored(gone.tenant, data(`import-${made}`, true))).toMatchObject({
      has_data: false,
    });
  });

  it("has the product's word for an import that isn't, or is another tenant's", async () => {
    await makeImport({ keepRows: false });
    const name = `import-${made}`;
    for (const id of [name, 'unknown', 'no id: \u0000']) {
      expect(await stored('somebody', data(id, true))).toMatchObject({ has_data: true });
    }
  });

  it('is what a Dromo import makes of itself, with what the product left to say', async () => {
    const said = { filename: 'a.csv', import_type: 'EMBEDDED', status: 'SUCCESSFUL' };
    const { tenant, path } = await makeImport({
      eventTypes: ['import_completed'],
      data: JSON.stringify({ ...said, development_mode: true, has_data: false }),
    });
    const { events } = await complete(path);
    const event = await api.call('GET', `/v1/tenants/${tenant}/events/${events[0]?.id}`);
    expect(event.json['data']).toMatchObject({
      ...{ id: `import-${made}`, num_data_rows: 3, has_data: true, filename: 'a.csv' },
    });
  });
});
