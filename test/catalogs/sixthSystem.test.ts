import { verify } from '@octokit/webhooks-methods';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { catalogNames } from '../../src/catalogs/catalogs.js';
import { packageRoot } from '../../src/config/packageRoot.js';
import { type ApiClient, onlyDelivery } from '../e2e/apiClient.js';
import { createTestEnvironment, type TestEnvironment } from '../e2e/testEnvironment.js';
import { untilReady } from '../e2e/startTestService.js';
import { type ServiceProcess, startServiceProcess } from '../faults/startServiceProcess.js';
import { type Receiver, startReceiver } from '../setup/receiver.js';
import { copyWithCatalogs, runIn } from './copyWithCatalogs.js';

/** As a developer adds it: the folder, and nothing else. The second has the same types as the first. */
const added = { 'github-style': 'github-style', 'github-twin': 'github-style' };

let folder: string;
let environment: TestEnvironment;
let service: ServiceProcess;
let receiver: Receiver;
let client: ApiClient;
beforeAll(async () => {
  [folder, environment, receiver] = await Promise.all([
    copyWithCatalogs(added),
    createTestEnvironment(),
    startReceiver(),
  ]);
  const main = join(folder, 'dist', 'src', 'main.js');
  service = await startServiceProcess(environment.settings, { main });
  await untilReady(service.url);
  client = await environment.clientOf(service.url, 'acme');
}, 400_000);
afterAll(async () => {
  await service.end('SIGTERM');
  await Promise.all([environment.stop(), receiver.close()]);
});

const secret = 'a secret of the repository';
const repository = { full_name: 'octocat/hello-world' };

describe('a sixth system, added as a folder', () => {
  it('delivers to a receiver that is written for it', async () => {
    await client.createEndpoint(`${receiver.url}/hook`, {
      ...{ format: 'github-style', signatures: ['github'], secret },
      ...{ eventTypes: ['issues.*', 'push'], filters: { repository: [repository.full_name] } },
    });
    const opened = await client.send({
      type: 'issues.opened',
      data: { issue: { number: 7 }, repository },
    });
    await client.until(onlyDelivery(opened), 'delivered');
    const [request] = await receiver.waitFor(1);
    const body = String(request?.body.toString('utf8'));
    expect(request?.headers).toMatchObject({
      'x-github-event': 'issues',
      'x-github-delivery': opened.id.slice('evt_'.length),
    });
    expect(await verify(secret, body, String(request?.headers['x-hub-signature-256']))).toBe(true);
    expect(body).toBe(
      `{"issue":{"number":7},"repository":{"full_name":"octocat/hello-world"},"action":"opened"}`,
    );
    const elsewhere = { ref: 'refs/heads/main', repository: { full_name: 'octocat/other' } };
    expect((await client.send({ type: 'push', data: elsewhere })).deliveries).toEqual([]);
  });

  it.each([
    ['issues.opened', { repository }, 'data_breaks_schema', '/data'],
    [
      'issues.opened',
      { action: 'closed', issue: { number: 1 }, repository },
      'data_breaks_rule',
      '/data/action',
    ],
  ])('refuses a %s of %j', async (type, data, code, pointer) => {
    const { status, text } = await client.call('POST', 'events', { body: { type, data } });
    expect(status).toBe(422);
    expect(JSON.parse(text)).toMatchObject({ code, errors: [{ pointer }] });
  });

  it('is in the API, its document and the command line', async () => {
    const push = await client.call('GET', '/v1/event-types/push');
    expect(JSON.parse(push.text)).toMatchObject({ catalog: 'github-style', group: 'push' });
    expect((await client.call('PUT', '/v1/event-types/push', { body: {} })).status).toBe(409);
    const document = await client.call('GET', '/openapi.json');
    expect(document.text).toContain('"github-style"');
    const everhook = join(folder, 'dist', 'src', 'cli', 'everhook.js');
    const shown = await runIn(folder, [everhook, 'catalog', 'show', 'github-style']);
    expect(shown).toMatch(/^issues\.closed +An issue was closed +issues +closed$/m);
  });

  it('shares no names with another that is on', async () => {
    const now = await client.call('GET', '/v1/environment');
    expect(JSON.parse(now.text)).toMatchObject({
      catalogs: [...catalogNames, 'github-style'].toSorted(),
    });
    const turn = (catalogs: string[]) =>
      client.call('PATCH', '/v1/environment', { body: { catalogs } });
    const both = await turn(['github-style', 'github-twin']);
    expect({ status: both.status, ...(JSON.parse(both.text) as object) }).toMatchObject({
      status: 409,
      code: 'catalog_conflict',
      detail: 'The catalogs github-style and github-twin both have the type push.',
    });
    expect((await turn(['github-twin'])).status).toBe(200);
    const push = await client.call('GET', '/v1/event-types/push');
    expect(JSON.parse(push.text)).toMatchObject({ catalog: 'github-twin' });
  });

  it('keeps the rules of the folders', async () => {
    const cruiser = join(packageRoot, 'node_modules', 'dependency-cruiser', 'bin');
    const found = await runIn(folder, [
      ...[join(cruiser, 'dependency-cruise.mjs'), '--config', '.dependency-cruiser.cjs'],
      ...['--preserve-symlinks', 'src/catalogs'],
    ]);
    expect(found).toContain('no dependency violations found');
  });
});
