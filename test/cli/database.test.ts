import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPool, type Pool } from '../../src/store/pool.js';
import { createTestDatabase, type TestDatabase } from '../setup/testDatabase.js';
import { startTestApi, type TestApi } from '../api/startTestApi.js';
import { jsonLines, runCommand } from './commandLine.js';

let database: TestDatabase;
let pool: Pool;
let environment: Record<string, string>;
beforeAll(async () => {
  database = await createTestDatabase();
  pool = createPool(database.databaseUrl, 2, () => undefined);
  // An empty one: its tables are made by the command.
  await pool.query('DROP SCHEMA public CASCADE');
  await pool.query('CREATE SCHEMA public');
  environment = { DATABASE_URL: database.databaseUrl };
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

describe('with DATABASE_URL, and no service yet', () => {
  it('keys says that the database must be migrated, and migrate does it', async () => {
    const early = await runCommand(['keys', 'create', 'first'], { environment });
    expect(early.code).toBe(1);
    expect(early.err).toContain('run `everhook migrate` first');
    expect(await runCommand(['migrate'], { environment })).toMatchObject({ code: 0, err: '' });
    expect((await runCommand(['migrate', '--json'], { environment })).out).toBe(
      '{"migrated":true}\n',
    );
  });

  it('keys creates, lists and revokes those of an environment', async () => {
    const created = await runCommand(['keys', 'create', 'first'], { environment });
    expect(created.code).toBe(0);
    expect(created.out).toMatch(/^evh_test_[0-9A-Za-z]{43}_[0-9a-f]{8}\n$/);
    const limited = [
      'keys',
      'create',
      'ci',
      '-e',
      'production',
      '--scopes',
      'send,read',
      '-t',
      'acme',
    ];
    const other = await runCommand([...limited, '--json'], { environment });
    expect(JSON.parse(other.out)).toMatchObject({
      environment: 'production',
      tenant: 'acme',
      scopes: ['send', 'read'],
    });
    const list = await runCommand(['keys', 'list'], { environment });
    expect(list.out).toMatch(/^ID +NAME +KEY/);
    expect(list.out).toContain('first');
    expect(list.out).not.toContain('ci');
    const [key] = jsonLines((await runCommand(['keys', 'list', '--json'], { environment })).out);
    const { id } = key as { id: string };
    expect((await runCommand(['keys', 'revoke', id], { environment })).out).toBe(
      `${id} is revoked.\n`,
    );
    expect(await runCommand(['keys', 'revoke', id], { environment })).toMatchObject({ code: 1 });
    expect((await runCommand(['keys', 'list', '--json'], { environment })).out).toBe('');
  });

  it('keys refuses what the API would refuse', async () => {
    const past = ['keys', 'create', 'x', '--expires-at', '2020-01-01T00:00:00Z'];
    const ended = await runCommand(past, { environment });
    expect(ended.code).toBe(1);
    expect(ended.err).toContain('This moment is past');
    expect((await runCommand(['keys', 'revoke', 'first'], { environment })).code).toBe(2);
  });
});

describe('with a service', () => {
  let api: TestApi;
  let service: Record<string, string>;
  beforeAll(async () => {
    api = await startTestApi();
    service = { EVERHOOK_URL: api.url, EVERHOOK_API_KEY: api.key };
  });
  afterAll(() => api.stop());

  it('keys are made through it, and the new one works', async () => {
    const created = await runCommand(['keys', 'create', 'ci', '--scopes', 'read'], {
      environment: service,
    });
    const limited = { ...service, EVERHOOK_API_KEY: created.out.trim() };
    expect(await runCommand(['deliveries', 'list'], { environment: limited })).toMatchObject({
      code: 0,
    });
    const refused = await runCommand(['keys', 'list'], { environment: limited });
    expect(refused.code).toBe(1);
    expect(refused.err).toContain('admin');
  });

  it('send passes data on byte for byte, from the command line, a pipe or nowhere', async () => {
    const data = '{ "total": 12345678901234567890.10 }';
    for (const [given, input] of [
      [data, ''],
      ['-', data],
    ] as const) {
      const sent = await runCommand(
        ['send', 'order.paid', given, '-a', 'plan=pro', '-a', 'plan=team', '-t', 'globex'],
        { environment: service, input },
      );
      expect(sent.code).toBe(0);
      const id = sent.out.trim();
      const event = await api.call('GET', `/v1/tenants/globex/events/${id}`);
      expect(event.text).toContain(`"data":${data}`);
      expect(event.json).toMatchObject({ attributes: { plan: ['pro', 'team'] } });
    }
    const empty = await runCommand(['send', 'order.paid', '--json'], { environment: service });
    expect(JSON.parse(empty.out)).toMatchObject({ deliveries: [] });
    expect(empty.err).toContain('no endpoint of acme wants order.paid');
  });

  it('send is accepted once under one key', async () => {
    const once = ['send', 'a', '1', '--idempotency-key', 'k'];
    const first = await runCommand(once, { environment: service });
    expect((await runCommand(once, { environment: service })).out).toBe(first.out);
  });

  it("shows the service's reasons", async () => {
    const refused = await runCommand(['send', 'a..b'], { environment: service });
    expect(refused.code).toBe(1);
    expect(refused.err).toContain('/type');
    const unknown = ['deliveries', 'show', `dlv_01a1fc95-5925-74b1-b265-39d0e1c58d61`];
    const ended = await runCommand(unknown, { environment: service });
    expect(ended.code).toBe(1);
    expect(ended.err).toContain('There is no delivery dlv_01a1fc95');
  });
});
