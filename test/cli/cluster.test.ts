import { expect, it } from 'vitest';
import { clusterConfig, userEnvironment } from '../../src/cli/cluster/clusterSettings.js';
import { runCommand } from './commandLine.js';

const given = {
  PATH: '/bin',
  EVERHOOK_ALLOW_HTTP: 'true',
  EVERHOOK_ROLES: 'api',
  HOST: '0.0.0.0',
  DATABASE_URL: 'postgres://elsewhere/db',
  TEMPORAL_ADDRESS: 'elsewhere:7233',
  TEMPORAL_UI_URL: 'http://elsewhere',
  EVERHOOK_ENCRYPTION_KEYS: 'k1:AAAA',
};

it("gives its processes the user's settings, but for those that it decides itself", () => {
  expect(userEnvironment(given)).toEqual({ PATH: '/bin', EVERHOOK_ALLOW_HTTP: 'true' });
  const { allowHttp, roles, databaseUrl, temporalAddress } = clusterConfig(given);
  expect({ allowHttp, databaseUrl, temporalAddress }).toEqual({ allowHttp: true });
  expect(roles).toEqual(['api', 'dispatcher', 'worker']);
});

it('ends with 2 where a setting is bad, and starts nothing', async () => {
  const { code, err } = await runCommand(['cluster'], { environment: { PORT: 'x' } });
  expect(code).toBe(2);
  expect(err).toContain('PORT=x');
});
