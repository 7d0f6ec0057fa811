import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { loadConfig, unknownVariables } from '../../src/config/loadConfig.js';
import { settings } from '../../src/config/settings.js';

const keys = `k1:${randomBytes(32).toString('base64')}`;

function refusal(environment: Record<string, string>): string {
  try {
    loadConfig(environment);
  } catch (error) {
    return String(error);
  }
  throw new Error('It was not refused');
}

describe('loadConfig', () => {
  it('has a default for everything, and is frozen', () => {
    const config = loadConfig({});
    expect(config).toMatchObject({
      port: 8_080,
      host: '127.0.0.1',
      roles: ['api', 'dispatcher', 'worker'],
      dataDir: '.everhook',
      temporalNamespace: 'default',
      allowHttp: false,
      startsInFlight: 50,
    });
    expect(config.databaseUrl).toBeUndefined();
    expect(config.allowNetworks).toBeUndefined();
    expect(Object.isFrozen(config)).toBe(true);
  });

  it('takes an empty value for unset, but for the allowed networks, where it means none', () => {
    const config = loadConfig({ PORT: '', DATABASE_URL: '', EVERHOOK_ALLOW_NETWORKS: '' });
    expect(config).toMatchObject({ port: 8_080, allowNetworks: [] });
    expect(config.databaseUrl).toBeUndefined();
  });

  it('reads lists, numbers and switches', () => {
    expect(
      loadConfig({
        PORT: '0',
        EVERHOOK_ROLES: ' api , worker ',
        EVERHOOK_ALLOW_NETWORKS: '10.0.0.0/8, ::1/128',
        EVERHOOK_ALLOW_HTTP: 'true',
        EVERHOOK_MAX_BODY_BYTES: '2048',
      }),
    ).toMatchObject({
      port: 0,
      roles: ['api', 'worker'],
      allowNetworks: ['10.0.0.0/8', '::1/128'],
      allowHttp: true,
      maxBodyBytes: 2_048,
    });
  });

  it.each([
    ['PORT', '65536'],
    ['PORT', '80.5'],
    ['PORT', 'http'],
    ['EVERHOOK_ROLES', 'boss'],
    ['EVERHOOK_ROLES', ','],
    ['EVERHOOK_ALLOW_HTTP', 'yes'],
    ['EVERHOOK_LOG_LEVEL', 'loud'],
    ['EVERHOOK_MAX_BODY_BYTES', '10'],
    ['EVERHOOK_DATABASE_POOL_SIZE', '1000'],
    ['TEMPORAL_UI_URL', 'not a url'],
  ])('refuses %s=%s by name', (name, value) => {
    expect(refusal({ [name]: value })).toContain(`${name}=${value}`);
  });

  it('names every bad variable at once, and shows no secret', () => {
    const text = refusal({
      PORT: 'x',
      EVERHOOK_LOG_LEVEL: 'loud',
      DATABASE_URL: 'mysql://user:hunter2@host/db',
      EVERHOOK_ENCRYPTION_KEYS: keys,
    });
    for (const name of ['PORT', 'EVERHOOK_LOG_LEVEL', 'DATABASE_URL']) expect(text).toContain(name);
    expect(text).not.toContain('hunter2');
    expect(text).not.toContain(keys);
  });

  it('says which roles there are', () => {
    const text = refusal({ EVERHOOK_ROLES: 'api,boss' });
    expect(text).toContain('must be one or more of api, dispatcher, worker');
  });

  it('knows what looks like a setting and is none', () => {
    const variables = { EVERHOOK_ALOW_HTTP: 'true', EVERHOOK_ALLOW_HTTP: 'true', ALOW: '1' };
    expect(unknownVariables({ ...variables, EVERHOOK_URL: 'x', EVERHOOK_API_KEY: 'y' })).toEqual([
      'EVERHOOK_ALOW_HTTP',
    ]);
  });

  it('wants encryption keys with a database of its own', () => {
    const databaseUrl = 'postgres://user@host/db';
    expect(refusal({ DATABASE_URL: databaseUrl })).toContain('EVERHOOK_ENCRYPTION_KEYS');
    const config = loadConfig({ DATABASE_URL: databaseUrl, EVERHOOK_ENCRYPTION_KEYS: keys });
    expect(config).toMatchObject({ databaseUrl, encryptionKeys: keys });
  });

  it('refuses sizes under which a request could be sent twice', () => {
    expect(refusal({ EVERHOOK_MAX_CACHED_WORKFLOWS: '1000' })).toContain('EVERHOOK_MAX_CACHED');
    expect(refusal({ EVERHOOK_STARTS_IN_FLIGHT: '100' })).toContain('EVERHOOK_WORKFLOW_TASK_SLOTS');
  });

  it('has each setting once, with a variable, a default text and a description', () => {
    const all = Object.values(settings);
    expect(new Set(all.map(({ variable }) => variable)).size).toBe(all.length);
    for (const { defaultText, description } of all) {
      expect(defaultText).not.toBe('');
      expect(description).toMatch(/\.$/);
    }
  });
});
