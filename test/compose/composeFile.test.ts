import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { describe, expect, it } from 'vitest';
import { packageRoot } from '../../src/config/packageRoot.js';
import { packageVersion } from '../../src/config/packageVersion.js';
import { loadConfig } from '../../src/config/loadConfig.js';
import { roles, settings, type Setting } from '../../src/config/settings.js';
import { temporalDynamicConfig } from '../../src/embedded/temporalDynamicConfig.js';
import { ownServices, readComposeFile } from './composeFile.js';

const { text, services, volumes } = readComposeFile();
const all = Object.entries(services);
const own = Object.entries(ownServices(services));
const isJob = (name: string): boolean =>
  all.some(([, one]) => one.depends_on[name]?.condition === 'service_completed_successfully');
const settingOf = (variable: string): Setting | undefined =>
  Object.values<Setting>(settings).find((one) => one.variable === variable);
const defaults = loadConfig({});

describe('every service of docker-compose.yml', () => {
  it.each(all)('%s has a pinned image', (_, { image }) => {
    expect(image).toMatch(/^[a-z][a-z/-]+:\d+\.\d+(\.\d+)?(-[a-z]+)?$/);
    if (image.startsWith('everhook:')) expect(image).toBe(`everhook:${packageVersion}`);
  });

  it.each(all)('%s can change nothing but what it must', (_, one) => {
    expect(one.read_only).toBe(true);
    expect(one.cap_drop).toEqual(['ALL']);
    expect(one.security_opt).toEqual(['no-new-privileges:true']);
  });

  it.each(all)('%s is a job, or has a health check', (name, { restart, healthcheck }) => {
    if (isJob(name)) {
      expect(restart).toMatch(/^on-failure:\d+$/);
      expect(healthcheck?.test === undefined || healthcheck.disable === true).toBe(true);
    } else {
      expect(restart).toBe('unless-stopped');
      expect(healthcheck?.test?.[0]).toBe('CMD');
    }
  });

  it.each(all)('%s waits for what is ready, not for what has merely started', (_, one) => {
    for (const [other, { condition }] of Object.entries(one.depends_on)) {
      expect(services).toHaveProperty(other);
      expect(condition).toBe(isJob(other) ? 'service_completed_successfully' : 'service_healthy');
    }
  });

  it.each(all)('%s is published to this machine alone', (_, { ports }) => {
    for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:\d+:\d+$/);
  });

  it.each(all)('%s mounts what there is', (_, one) => {
    for (const volume of one.volumes) {
      const [source = ''] = volume.split(':');
      if (source.startsWith('./')) expect(existsSync(join(packageRoot, source))).toBe(true);
      else expect(volumes).toContain(source);
    }
  });
});

describe('the processes of Everhook', () => {
  it('are each role twice, so that one of each may die', () => {
    const running = own.filter(([name]) => !isJob(name));
    const given = running.map(([, { environment }]) => environment['EVERHOOK_ROLES']?.split(','));
    for (const role of roles) {
      expect(given.filter((one) => one?.includes(role)).length).toBeGreaterThanOrEqual(2);
    }
    // Together in one process, or no start is eager.
    for (const one of given) expect(one?.includes('worker')).toBe(one?.includes('dispatcher'));
  });

  it.each(own)('%s is given settings that there are, with values that they take', (_, one) => {
    for (const [variable, value] of Object.entries(one.environment)) {
      const setting = settingOf(variable);
      expect(setting, variable).toBeDefined();
      if (!value.includes('${')) expect(setting?.schema.safeParse(value).success).toBe(true);
    }
  });

  it.each(own)('%s has longer to stop than it may take', (_, { stop_grace_period: grace }) => {
    expect(Number.parseInt(grace ?? '', 10) * 1_000).toBeGreaterThan(
      defaults.shutdownGraceMs + 20_000,
    );
  });

  it.each(own)('%s publishes the port that the service listens on', (_, { ports }) => {
    for (const port of ports) expect(port.split(':')[2]).toBe(String(defaults.port));
  });

  it('are reached where the others look for them', () => {
    const published = services['temporal-ui']?.ports[0]?.split(':') ?? [];
    for (const [, { environment }] of own) {
      expect(environment['TEMPORAL_UI_URL']).toBe(`http://127.0.0.1:${published[1]}`);
      expect(environment['TEMPORAL_ADDRESS']).toBe('temporal:7233');
      expect(environment['DATABASE_URL']).toMatch(/@postgres:5432\/everhook$/);
    }
    expect(services['temporal-namespace']?.environment['TEMPORAL_NAMESPACE']).toBe(
      defaults.temporalNamespace,
    );
  });
});

describe('what docker-compose.yml says a second time', () => {
  it('is a default of a setting', () => {
    for (const [, variable = '', value] of text.matchAll(/\$\{(\w+):-(\w+)\}/g)) {
      expect(settingOf(variable)?.defaultText, variable).toBe(value);
    }
    expect(text).toContain('${EVERHOOK_TEMPORAL_RETENTION_HOURS:-24}');
  });

  it('is the dynamic configuration of the embedded server', () => {
    const file = join(packageRoot, 'deploy', 'temporal', 'dynamicConfig.yaml');
    const given = parse(readFileSync(file, 'utf8')) as Record<string, { value: unknown }[]>;
    const values = Object.entries(given).map(([key, [only]]) => [key, only?.value]);
    expect(Object.fromEntries(values)).toEqual(temporalDynamicConfig);
  });
});
