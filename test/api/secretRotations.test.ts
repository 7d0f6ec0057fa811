import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { rotateSecrets } from '../../src/intake/housekeeping/rotateSecrets.js';
import { createPool, type Pool } from '../../src/store/pool.js';
import { createLog } from '../../src/telemetry/log.js';
import { startTestApi, type TestApi } from './startTestApi.js';

const log = createLog('silent');
const dayMs = 86_400_000;

let api: TestApi;
let second: Pool;
beforeAll(async () => {
  api = await startTestApi();
  const { connectionString = '' } = api.pool.options as { connectionString?: string };
  second = createPool(connectionString, 4, () => undefined);
  const listening = { url: 'https://hooks.example.com/', eventTypes: ['everhook.*'] };
  await api.call('POST', '/v1/operational-endpoints', { body: listening });
});
afterAll(async () => {
  await second.end();
  await api.stop();
});
beforeEach(() => api.pool.query('DELETE FROM operational_events'));

interface Secrets {
  secrets: { secret: string | null; publicKey: string | null; expiresAt: string | null }[];
  rotation: { everyDays: number | null; nextAt: string; overlapSeconds: number } | null;
}

async function create(fields: object = {}): Promise<string> {
  const body = { url: 'https://hooks.example.com/', eventTypes: ['*'], ...fields };
  return String(
    (await api.call('POST', '/v1/tenants/acme/endpoints', { body })).headers.get('location'),
  );
}

async function schedule(at: string, body: object): Promise<void> {
  const { status, text } = await api.call('PUT', `${at}/secret/rotation`, { body });
  expect(status, text).toBe(200);
}

async function secretsOf(at: string): Promise<Secrets> {
  return (await api.call('GET', `${at}/secret`)).json as unknown as Secrets;
}

/** As if so many days had passed since it was set up. */
async function pass(at: string, days: number): Promise<void> {
  await api.pool.query(
    `UPDATE secret_rotations SET next_at = next_at - make_interval(hours => $2::int * 24),
       look_at = look_at - make_interval(hours => $2::int * 24) WHERE endpoint_id = $1`,
    [at.split('ep_')[1], days],
  );
}

/** What two processes do that come to it at once. */
async function rotateTwiceAtOnce(): Promise<void> {
  const one = { pool: api.pool, sealer: api.sealer, log };
  await Promise.all([rotateSecrets(one), rotateSecrets({ ...one, pool: second })]);
}

async function told(): Promise<{ type: string; data: Record<string, unknown> }[]> {
  const { rows } = await api.pool.query<{ type: string; data: Record<string, unknown> }>(
    'SELECT type, data FROM operational_events ORDER BY id',
  );
  return rows;
}

describe('a rotation that is set up', () => {
  it('comes after so many days, again and again, announced 7 days and a day before', async () => {
    const at = await create();
    await schedule(at, { everyDays: 90 });
    const { rotation, secrets: before } = await secretsOf(at);
    expect(rotation).toMatchObject({ everyDays: 90, overlapSeconds: 86_400 });
    expect(Math.abs(Date.parse(rotation?.nextAt ?? '') - Date.now() - 90 * dayMs)).toBeLessThan(
      60_000,
    );
    for (const days of [82, 1, 1, 4]) {
      await pass(at, days);
      await rotateTwiceAtOnce();
    }
    expect((await told()).map(({ type }) => type)).toEqual([
      'everhook.endpoint.secret_rotation_due',
    ]);
    await pass(at, 1);
    await rotateTwiceAtOnce();
    expect((await told()).map(({ type }) => type)).toEqual([
      'everhook.endpoint.secret_rotation_due',
      'everhook.endpoint.secret_rotation_due',
    ]);
    expect((await secretsOf(at)).secrets).toEqual(before);
    await pass(at, 1);
    await rotateTwiceAtOnce();
    const after = await secretsOf(at);
    expect(after.secrets).toHaveLength(2);
    expect(after.secrets[1]).toMatchObject({ secret: before[0]?.secret });
    expect(
      Math.abs(Date.parse(after.rotation?.nextAt ?? '') - Date.now() - 90 * dayMs),
    ).toBeLessThan(60_000);
    const events = await told();
    expect(events).toHaveLength(3);
    expect(events[2]).toMatchObject({
      type: 'everhook.endpoint.secret_rotated',
      data: {
        scheduled: true,
        oldSecretsEndAt: after.secrets[1]?.expiresAt,
        nextRotationAt: after.rotation?.nextAt,
      },
    });
    expect(JSON.stringify(events)).not.toContain('whsec_');
    const { json } = await api.call('GET', '/v1/audit?action=endpoint.secret_rotated&limit=1');
    expect(json).toMatchObject({ data: [{ actor: { kind: 'system', name: 'Everhook' } }] });
  });

  it('comes once where only the moment is said, with its overlap', async () => {
    const at = await create();
    const nextAt = new Date(Date.now() + 3 * dayMs).toISOString();
    await schedule(at, { nextAt, overlapSeconds: 0 });
    expect((await secretsOf(at)).rotation).toEqual({ everyDays: null, nextAt, overlapSeconds: 0 });
    await pass(at, 4);
    await rotateTwiceAtOnce();
    const { secrets, rotation } = await secretsOf(at);
    expect(rotation).toBeNull();
    expect(secrets).toMatchObject([{ expiresAt: null }]);
    expect((await told()).map(({ data }) => data)).toMatchObject([
      { scheduled: true, oldSecretsEndAt: null, nextRotationAt: null },
    ]);
  });

  it('gives a key pair where the newest is one', async () => {
    const at = await create({ secretKind: 'ed25519' });
    await schedule(at, { everyDays: 1 });
    await pass(at, 1);
    await rotateTwiceAtOnce();
    const { secrets } = await secretsOf(at);
    expect(secrets.map(({ publicKey }) => publicKey?.slice(0, 5))).toEqual(['whpk_', 'whpk_']);
  });

  it('is put off while five sign, so that none is cut short', async () => {
    const at = await create();
    for (let n = 0; n < 4; n += 1) {
      await api.call('POST', `${at}/secret/rotate`, { body: { overlapSeconds: 600 + n } });
    }
    await schedule(at, { everyDays: 1 });
    const before = await secretsOf(at);
    await pass(at, 1);
    await rotateTwiceAtOnce();
    const after = await secretsOf(at);
    expect(after.secrets).toEqual(before.secrets);
    expect(after.rotation?.nextAt).toBe(before.secrets[4]?.expiresAt);
  });

  it('starts again from a rotation at once, and ends with DELETE and with the endpoint', async () => {
    const at = await create();
    await schedule(at, { everyDays: 30 });
    await pass(at, 20);
    await api.call('POST', `${at}/secret/rotate`, { body: {} });
    const { rotation } = await secretsOf(at);
    expect(Math.abs(Date.parse(rotation?.nextAt ?? '') - Date.now() - 30 * dayMs)).toBeLessThan(
      60_000,
    );
    expect((await told()).map(({ data }) => data)).toMatchObject([{ scheduled: false }]);
    expect((await api.call('DELETE', `${at}/secret/rotation`)).status).toBe(204);
    expect((await api.call('DELETE', `${at}/secret/rotation`)).status).toBe(204);
    expect((await secretsOf(at)).rotation).toBeNull();
    const { json } = await api.call('GET', `/v1/audit?subject=${at.split('/').at(-1)}`);
    expect((json['data'] as { action: string }[]).map(({ action }) => action)).toEqual([
      'endpoint.secret_rotation_changed',
      'endpoint.secret_rotated',
      'endpoint.secret_rotation_changed',
      'endpoint.created',
    ]);
    await schedule(at, { everyDays: 30 });
    await api.call('DELETE', at);
    await pass(at, 31);
    await rotateTwiceAtOnce();
    const { rowCount } = await api.pool.query(
      'SELECT FROM secret_rotations WHERE endpoint_id = $1',
      [at.split('ep_')[1]],
    );
    expect(rowCount).toBe(0);
  });

  it.each([
    [{}, ''],
    [{ everyDays: 0 }, '/everyDays'],
    [{ nextAt: '2020-01-01T00:00:00Z' }, '/nextAt'],
    [{ nextAt: '2126-01-01T00:00:00Z' }, '/nextAt'],
    [{ everyDays: 1, secret: 'my-own' }, '/secret'],
  ])('is not set up by %j', async (body, pointer) => {
    const { json } = await api.call('PUT', `${await create()}/secret/rotation`, { body });
    expect(json).toMatchObject({ status: 422, code: 'invalid_request', errors: [{ pointer }] });
  });

  it('needs an endpoint', async () => {
    const at = '/v1/tenants/acme/endpoints/ep_01a1fd26-1ef3-7525-a38b-a9985d18e338';
    const options = { body: { everyDays: 1 } };
    expect((await api.call('PUT', `${at}/secret/rotation`, options)).status).toBe(404);
    expect((await api.call('DELETE', `${at}/secret/rotation`)).status).toBe(404);
  });
});
