import { randomBytes } from 'node:crypto';
import { createServer, type AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/config/loadConfig.js';
import { startService } from '../../src/service/startService.js';
import { createLog } from '../../src/telemetry/log.js';
import { createTestEnvironment, type TestEnvironment } from '../e2e/testEnvironment.js';
import { startRefused } from '../faults/startServiceProcess.js';

let environment: TestEnvironment;
let apiAlone: Record<string, string>;

/** Starts in this process, and stops what has started. */
async function startHere(changes: Record<string, string> = {}): Promise<void> {
  const service = await startService(loadConfig({ ...apiAlone, ...changes }), createLog('silent'));
  await service.stop();
}

beforeAll(async () => {
  environment = await createTestEnvironment();
  apiAlone = { ...environment.settings, EVERHOOK_ROLES: 'api' };
  await startHere();
});
afterAll(async () => {
  await environment.stop();
});

const newKey = () => randomBytes(32).toString('base64');

describe('a start is refused, and says what to mend', () => {
  it('with other encryption keys than the database was sealed with', async () => {
    const keys = `k1:${newKey()}`;
    const { code, output } = await startRefused({ ...apiAlone, EVERHOOK_ENCRYPTION_KEYS: keys });
    expect(code).toBe(1);
    expect(output).toContain('EVERHOOK_ENCRYPTION_KEYS are not the keys');
    expect(output).not.toContain(keys);
  });

  it('but not with a new key before the old one', async () => {
    const keys = `k2:${newKey()},${apiAlone['EVERHOOK_ENCRYPTION_KEYS']}`;
    await startHere({ EVERHOOK_ENCRYPTION_KEYS: keys });
    await expect(startHere({ EVERHOOK_ENCRYPTION_KEYS: `k2:${newKey()}` })).rejects.toThrow(
      'EVERHOOK_ENCRYPTION_KEYS',
    );
  });

  it('with bad settings, each named, and no secret shown', async () => {
    const { code, output } = await startRefused({
      ...apiAlone,
      PORT: 'eighty',
      EVERHOOK_ROLES: 'api,boss',
      EVERHOOK_LOG_LEVEL: 'loud',
      DATABASE_URL: 'mysql://user:hunter2@localhost/x',
    });
    expect(code).toBe(1);
    for (const name of ['PORT=eighty', 'EVERHOOK_ROLES', 'EVERHOOK_LOG_LEVEL', 'DATABASE_URL']) {
      expect(output).toContain(name);
    }
    expect(output).not.toContain('hunter2');
    expect(output).not.toMatch(/\n\s+at /);
  });

  it('with a port in use', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => taken.once('listening', resolve));
    const { port } = taken.address() as AddressInfo;
    const { code, output } = await startRefused({ PORT: String(port), EVERHOOK_ALOW_HTTP: 'x' });
    taken.close();
    expect(code).toBe(1);
    expect(output).toContain(`can't listen on 127.0.0.1:${port}; PORT (0:`);
    expect(output).toContain('"variable":"EVERHOOK_ALOW_HTTP"');
    // No server was started for it.
    expect(output).not.toMatch(/Postgres|Temporal/);
  });

  it('with a database of a newer version', async () => {
    await environment.pool.query(
      `INSERT INTO schema_migrations (name, run_on) VALUES ('9999_future', now())`,
    );
    await expect(startHere()).rejects.toThrow(/newer version.*9999_future/);
    await environment.pool.query(`DELETE FROM schema_migrations WHERE name = '9999_future'`);
    await startHere();
  });

  it('with a database that does not answer', async () => {
    const error: unknown = await startHere({
      DATABASE_URL: 'postgres://user:hunter2@127.0.0.1:1/x',
    }).catch((caught: unknown) => caught);
    expect(String(error)).toContain('ECONNREFUSED');
    expect(String(error)).not.toContain('hunter2');
  });
});
