import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Webhook } from 'standardwebhooks';
import { expect, it } from 'vitest';
import { packageRoot } from '../../src/config/packageRoot.js';
import { generateSecret } from '../../src/delivery/signing/generateSecret.js';
import { onlyDelivery } from '../e2e/apiClient.js';
import { startTestService } from '../e2e/startTestService.js';
import { startReceiver, type Receiver } from '../setup/receiver.js';

const script = join(packageRoot, 'examples', 'from-svix', 'move.mjs');

/** What a Svix server answers, as its API reference has it: two pages of applications, one with endpoints. */
function svixAnswers(receiver: Receiver, secret: string): Record<string, unknown> {
  const common = { description: 'An endpoint', version: 1, metadata: { team: 'billing' } };
  const app = '/api/v1/app';
  const endpoint = `${app}/app_1/endpoint`;
  const page = (data: unknown[]) => ({ data, done: true, iterator: null });
  return {
    [`${app}?limit=250`]: {
      data: [{ id: 'app_1', uid: 'acme', name: 'Acme', metadata: { plan: 'pro' } }],
      done: false,
      iterator: 'app_1',
    },
    [`${app}?limit=250&iterator=app_1`]: page([{ id: 'app_2', name: 'Globex', metadata: {} }]),
    [`${app}/app_2/endpoint?limit=250`]: page([]),
    [`${endpoint}?limit=250`]: page([
      { ...common, id: 'ep_all', url: `${receiver.url}/all`, filterTypes: null, channels: null },
      {
        ...common,
        id: 'ep_some',
        uid: 'some',
        url: `${receiver.url}/some`,
        filterTypes: ['order.paid'],
        channels: ['eu', 'us'],
        rateLimit: 5,
      },
      { ...common, id: 'ep_off', url: `${receiver.url}/off`, disabled: true },
    ]),
    [`${endpoint}/ep_all/secret`]: { key: secret },
    [`${endpoint}/ep_all/headers`]: { headers: { 'X-Team': 'a' }, sensitive: ['authorization'] },
    [`${endpoint}/ep_some/secret`]: { key: 'whpk_nothing' },
    [`${endpoint}/ep_some/headers`]: { headers: {}, sensitive: [] },
  };
}

it('copies applications and endpoints, whose receivers go on verifying', async ({
  onTestFinished,
}) => {
  const [service, receiver] = await Promise.all([startTestService(), startReceiver()]);
  const secret = generateSecret();
  const answers = svixAnswers(receiver, secret);
  const svix = await startReceiver(({ url, headers }) => {
    const isAllowed = headers.authorization === 'Bearer token';
    const answer = answers[url];
    if (!isAllowed || answer === undefined) return { status: isAllowed ? 404 : 401 };
    return { body: JSON.stringify(answer) };
  });
  onTestFinished(async () => {
    await service.stop();
    await Promise.all([receiver.close(), svix.close()]);
  });
  const client = await service.clientOf('acme');
  const env = {
    PATH: process.env['PATH'],
    SVIX_URL: `${svix.url}/`,
    SVIX_TOKEN: 'token',
    EVERHOOK_URL: service.url,
    EVERHOOK_API_KEY: client.key,
  };
  const failing = promisify(execFile)(process.execPath, [script], {
    env: { ...env, SVIX_TOKEN: 'wrong' },
  });
  await expect(failing).rejects.toMatchObject({
    stderr: `GET ${svix.url}/api/v1/app?limit=250: 401 \nMend it and run this again; what was copied is left as it is.\n`,
  });
  const move = async () => (await promisify(execFile)(process.execPath, [script], { env })).stdout;

  const first = await move();
  expect(first).toMatch(/copied {5}acme ep_all .*\n {2}look: set again by hand: authorization/);
  expect(first).toMatch(/copied {5}acme ep_some .*\n.*new key pair/);
  expect(first).toMatch(/left out {3}acme ep_off .*: it is disabled/);
  const changed = { body: { name: 'Changed', metadata: {} } };
  expect((await client.call('PUT', '/v1/tenants/app_2', changed)).status).toBe(200);
  expect(await move()).toMatch(/there {6}acme ep_all .*\nthere {6}acme ep_some /);

  const { data: endpoints } = JSON.parse((await client.call('GET', 'endpoints')).text) as {
    data: Record<string, unknown>[];
  };
  expect(endpoints).toMatchObject([
    {
      eventTypes: ['order.paid'],
      filters: { channel: ['eu', 'us'] },
      rateLimitPerSecond: 5,
      metadata: { team: 'billing', svixId: 'ep_some', svixUid: 'some' },
    },
    { eventTypes: ['*'], filters: {}, format: 'raw', headerNames: ['X-Team'] },
  ]);
  const tenant = await client.call('GET', '/v1/tenants/acme');
  expect(JSON.parse(tenant.text)).toMatchObject({ name: 'Acme', metadata: { plan: 'pro' } });
  const other = await client.call('GET', '/v1/tenants/app_2');
  expect(JSON.parse(other.text)).toMatchObject({ name: 'Changed' });

  const event = await client.send({ type: 'invoice.made', data: { n: 1 } });
  await client.until(onlyDelivery(event), 'delivered');
  const [request] = await receiver.waitFor(1);
  const headers = Object.fromEntries(
    Object.entries(request?.headers ?? {}).map(([name, value]) => [name, String(value)]),
  );
  expect(headers['x-team']).toBe('a');
  expect(new Webhook(secret).verify(request?.body.toString() ?? '', headers)).toEqual({ n: 1 });
});
