import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApi, type TestApi } from '../api/startTestApi.js';
import { jsonLines, runCommand } from './commandLine.js';

let api: TestApi;
let environment: Record<string, string>;
beforeAll(async () => {
  api = await startTestApi();
  environment = { EVERHOOK_URL: api.url, EVERHOOK_API_KEY: api.key };
});
afterAll(() => api.stop());

async function create(tenant: string): Promise<string> {
  const body = { url: 'https://hooks.example.com/', eventTypes: ['*'] };
  const made = await api.call('POST', `/v1/tenants/${tenant}/endpoints`, { body });
  return String(made.json['id']);
}

async function countSecrets(tenant: string, id: string): Promise<number> {
  const { json } = await api.call('GET', `/v1/tenants/${tenant}/endpoints/${id}/secret`);
  return (json['secrets'] as unknown[]).length;
}

describe('secrets rotate', () => {
  it('gives every endpoint of a tenant a new secret, and no other', async () => {
    const ids = await Promise.all([create('acme'), create('acme'), create('acme')]);
    const other = await create('globex');
    const soft = await runCommand(['secrets', 'rotate', '-t', 'acme', '--json'], { environment });
    expect(soft.code).toBe(0);
    expect(soft.err).toMatch(/^3 have a new secret; the old ones sign beside them until .+Z\.\n$/);
    const rotated = jsonLines(soft.out) as { id: string }[];
    expect(rotated.map(({ id }) => id).toSorted()).toEqual(ids.toSorted());
    for (const id of ids) expect(await countSecrets('acme', id)).toBe(2);
    const forced = ['secrets', 'rotate', '-t', 'acme', '--overlap-seconds', '0'];
    const ended = await runCommand(forced, { environment });
    expect(ended.out).toContain('https://hooks.example.com/');
    expect(ended.err).toBe('3 have a new secret; the old ones have ended.\n');
    for (const id of ids) expect(await countSecrets('acme', id)).toBe(1);
    expect(await countSecrets('globex', other)).toBe(1);
  });

  it('says so where a tenant has no endpoints, as one that is mistyped', async () => {
    const ended = await runCommand(['secrets', 'rotate', '-t', 'nobody'], { environment });
    expect(ended).toMatchObject({ code: 1, out: '' });
    expect(ended.err).toContain('nobody has no endpoints here: nothing was changed.');
  });

  it('wants a tenant, and an overlap that the API takes', async () => {
    expect((await runCommand(['secrets', 'rotate'], { environment })).code).toBe(2);
    const long = ['secrets', 'rotate', '-t', 'acme', '--overlap-seconds', '2592001'];
    expect((await runCommand(long, { environment })).code).toBe(2);
  });
});

describe('secrets status and reencrypt', () => {
  const noKeys = { DATABASE_URL: 'postgres://127.0.0.1:1/none' };

  it.each(['status', 'reencrypt'])('%s says which settings it needs', async (name) => {
    const nothing = await runCommand(['secrets', name]);
    expect(nothing.code).toBe(2);
    expect(nothing.err).toContain('DATABASE_URL is not set');
    const keyless = await runCommand(['secrets', name], { environment: noKeys });
    expect(keyless.code).toBe(2);
    expect(keyless.err).toContain('EVERHOOK_ENCRYPTION_KEYS is not set');
  });
});
