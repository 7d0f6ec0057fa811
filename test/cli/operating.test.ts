import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scopes } from '../../src/domain/scopes.js';
import { createApiKey } from '../../src/store/apiKeys.js';
import type { ApiClient, ShownEndpoint } from '../e2e/apiClient.js';
import { onlyDelivery } from '../e2e/apiClient.js';
import { importRows, rowLines } from '../e2e/importClient.js';
import { startTestService, type TestService } from '../e2e/startTestService.js';
import { byTest } from '../setup/byTest.js';
import { eventually } from '../setup/eventually.js';
import { startReceiver, type Receiver } from '../setup/receiver.js';
import { jsonLines, runCommand, startCommand, type EndedCommand } from './commandLine.js';

let service: TestService;
let environment: Record<string, string>;
let receiver: Receiver;
beforeAll(async () => {
  service = await startTestService({
    EVERHOOK_CIRCUIT_FAILURES: '2',
    EVERHOOK_FIRST_PROBE_MS: '600000',
    EVERHOOK_MAX_PROBE_MS: '600000',
  });
  const owner = { environment: 'test', tenant: null, name: 'a test', expiresAt: null } as const;
  const { key } = await createApiKey(service.pool, { ...owner, scopes: [...scopes] }, byTest);
  environment = { EVERHOOK_URL: service.url, EVERHOOK_API_KEY: key };
  receiver = await startReceiver(() => ({ status: 200 }));
});
afterAll(async () => {
  await receiver.close();
  await service.stop();
});

const run = (...commandLine: string[]): Promise<EndedCommand> =>
  runCommand(commandLine, { environment });

async function jsonOf(...commandLine: string[]): Promise<Record<string, unknown>[]> {
  const ended = await run(...commandLine, '--json');
  expect(ended.code, ended.err).toBe(0);
  return jsonLines(ended.out) as Record<string, unknown>[];
}

/** An endpoint whose deliveries have failed, as many as told. */
async function failing(
  tenant: string,
  count: number,
): Promise<{ client: ApiClient; endpoint: ShownEndpoint; deliveryIds: string[] }> {
  const client = await service.clientOf(tenant);
  const down = await startReceiver(() => ({ status: 500 }));
  const endpoint = await client.createEndpoint(down.url, { retrySchedule: [] });
  const deliveryIds: string[] = [];
  for (let n = 0; n < count; n += 1) {
    const id = onlyDelivery(await client.send());
    await client.until(id, 'failed');
    deliveryIds.push(id);
  }
  await down.close();
  await client.call('PATCH', `endpoints/${endpoint.id}`, { body: { url: receiver.url } });
  return { client, endpoint, deliveryIds };
}

const unknownEndpoint = 'ep_01a1fc95-5925-74b1-b265-39d0e1c58d61';
const unknownRecovery = 'rec_01a1fc95-5925-74b1-b265-39d0e1c58d61';

describe('endpoints', () => {
  it('are paused and resumed, disabled and enabled, by their id alone', async () => {
    const client = await service.clientOf('held');
    const { id } = await client.createEndpoint(receiver.url, { maxInFlight: 3 });
    expect((await run('endpoints', 'pause', id)).out).toMatch(/: paused since \S+Z\.\n$/);
    expect(await jsonOf('endpoints', 'list', '--state', 'paused', '-t', 'held')).toMatchObject([
      { id },
    ]);
    expect((await run('endpoints', 'resume', id)).out).toBe(`${id}: open.\n`);
    expect((await run('endpoints', 'disable', id)).out).toContain('disabled since');
    expect((await run('endpoints', 'resume', id)).err).toContain('not resumed but enabled');
    expect((await run('endpoints', 'show', id)).out).toMatch(
      /state +disabled since \S+, by its owner\n[^]*bounds +3 at once\n/,
    );
    expect(await jsonOf('endpoints', 'enable', id, '-t', 'held')).toMatchObject([
      { id, enabled: true },
    ]);
    expect(await jsonOf('endpoints', 'list', '--state', 'paused', '-t', 'held')).toEqual([]);
  });

  it('that are down are listed over all tenants, with the next probe', async () => {
    const { endpoint } = await failing('down', 2);
    const listed = await eventually(async () => {
      const ended = await run('endpoints', 'list', '--state', 'down');
      expect(ended.out).toContain(endpoint.id);
      return ended;
    });
    expect(listed.out).toMatch(/^ENDPOINT +STATE +TENANT/);
    // Its URL was changed: where that came after the circuit opened, it may be probed at once.
    const next = String.raw`(next probe \S+Z|probed with what is next to be sent)`;
    expect(listed.out).toMatch(new RegExp(` down +down +http\\S+ +\\* +since \\S+, ${next}\\n`));
    expect((await run('endpoints', 'list', '--state', 'open')).out).not.toContain(endpoint.id);
    expect((await run('endpoints', 'enable', endpoint.id)).out).toBe(`${endpoint.id}: open.\n`);
  });

  it('that are unknown end with 1', async () => {
    for (const name of ['show', 'pause', 'enable']) {
      const ended = await run('endpoints', name, unknownEndpoint);
      expect(ended).toMatchObject({ code: 1, out: '' });
      expect(ended.err).toContain(`There is no endpoint ${unknownEndpoint}`);
    }
    const ended = await run('endpoints', 'pause', unknownEndpoint, '-t', 'held');
    expect(ended).toMatchObject({ code: 1, out: '' });
  });
});

describe('top', () => {
  it('shows the longest queues first, with what they wait for', async () => {
    const client = await service.clientOf('queues');
    const [long, short] = [
      await client.createEndpoint(receiver.url, { eventTypes: ['alone', 'both'] }),
      await client.createEndpoint(receiver.url, { eventTypes: ['both'] }),
    ];
    await client.post(`endpoints/${long.id}/pause`);
    await client.post(`endpoints/${short.id}/pause`);
    for (let n = 0; n < 3; n += 1) await client.send({ type: 'both' });
    await client.send({ type: 'alone' });
    const asked = ['top', '--once', '-t', 'queues'];
    expect(await jsonOf(...asked)).toMatchObject([
      {
        data: [
          { endpointId: long.id, state: 'paused', queued: 4, oldestQueuedAt: expect.any(String) },
          { endpointId: short.id, state: 'paused', queued: 3, retrying: 0, nextProbeAt: null },
        ],
        isWhole: true,
      },
    ]);
    const shown = await run(...asked, '--rows', '1');
    expect(shown.out).toMatch(/UTC {2}4 queued, 0 retrying at the endpoints shown \(1\)\nSTATE/);
    expect(shown.out).toMatch(/\npaused +4 +\d+s +0 +queues +ep_\S+ +http/);
    expect((await run('top', '--once', '-t', 'nobody')).out).toContain('nothing waits');
  });

  it('draws over what it drew on a screen, until it is stopped', async () => {
    const screen = { columns: 60, rows: 12 };
    const running = startCommand(['top', '-t', 'queues'], { environment, screen });
    await eventually(() => expect(running.out()).toContain('\u001B[4A\u001B[J'));
    expect(running.out()).toMatch(/\npaused +4 +0\.0 /);
    running.stop();
    expect(await running.code).toBe(0);
    const lines = running.out().split('\n');
    // oxlint-disable-next-line no-control-regex
    const widths = lines.map((line) => line.replace(/\u001B\[\d+[AJ]|\u001B\[J/g, '').length);
    expect(Math.max(...widths)).toBeLessThan(screen.columns);
  });

  it('says once that the service is away, and goes on when it is back', async () => {
    const way = createServer((request, response) => {
      void fetch(service.url + (request.url ?? ''), {
        headers: { authorization: request.headers.authorization ?? '' },
      }).then(async (answer) => {
        response.writeHead(isAway ? 503 : answer.status, { 'content-type': 'application/json' });
        response.end(await answer.text());
      });
    });
    let isAway = false;
    await new Promise<void>((resolve) => way.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(way.address() as AddressInfo).port}`;
    const running = startCommand(['top', '-t', 'nobody'], {
      environment: { ...environment, EVERHOOK_URL: url },
    });
    const looks = (): number => running.out().split('nothing waits').length - 1;
    await eventually(() => expect(looks()).toBe(1));
    isAway = true;
    await eventually(() => expect(running.out()).toContain('Waiting for it'));
    await sleep(5_000);
    isAway = false;
    await eventually(() => expect(looks()).toBe(2), { withinMs: 30_000 });
    running.stop();
    expect(await running.code).toBe(0);
    expect(running.out().split('Waiting for it')).toHaveLength(2);
    way.closeAllConnections();
    way.close();
  });

  it('tells what is down, and when it is probed', async () => {
    const { endpoint } = await failing('probed', 2);
    await eventually(async () => {
      const shown = await run('top', '--once', '-t', 'probed');
      expect(shown.out).toMatch(
        new RegExp(`\\ndown +0 +0 +(in \\S+|next event) +probed +${endpoint.id}`),
      );
    });
  });
});

describe('imports', () => {
  it('are listed and shown, paused, resumed and cancelled', async () => {
    const client = await service.clientOf('imports');
    await client.call('PUT', '/v1/event-types/sheet.rows', { body: { rows: 'all' } });
    const slow = await startReceiver(() => ({ status: 500 }));
    await client.createEndpoint(slow.url, { eventTypes: ['sheet.rows'], retrySchedule: [600] });
    await importRows(client, { id: 'people', eventTypes: ['sheet.rows'] }, rowLines(2));
    const person = ['people', '-t', 'imports'];
    const listed = await run('imports', 'list', '-t', 'imports');
    expect(listed.out).toMatch(/^IMPORT.*\npeople +imports +complete +2 +0 +sheet\.rows/);
    await eventually(async () => {
      const shown = await run('imports', 'show', ...person);
      expect(shown.out).toMatch(/^people\n +state +complete\n[^]*rows +2, 0 of them invalid/);
      expect(shown.out).toMatch(/dlv_\S+ +retrying +0 of 1 +0 of 2 +500 +\S+Z +ep_/);
    });
    const paused = await run('imports', 'pause', ...person);
    expect(paused.out).toMatch(/^people: its upload is complete\.\n[^]*retrying, paused +0 of 1/);
    const held = await run('imports', 'list', '--paused');
    expect(held.out).toMatch(/\npeople +imports +complete, paused +2/);
    expect((await run('imports', 'show', ...person)).out).toContain('complete, paused');
    expect(await jsonOf('imports', 'resume', ...person)).toMatchObject([
      { id: 'people', state: 'complete', deliveries: [{ paused: false }] },
    ]);
    expect((await run('imports', 'list', '--paused')).out).not.toContain('people');
    expect((await run('imports', 'cancel', ...person)).out).toMatch(/cancelled +0 of 1 +0 of 2/);
    await slow.close();
  });

  it('that are unknown end with 1', async () => {
    for (const name of ['show', 'pause', 'cancel']) {
      const ended = await run('imports', name, 'nowhere', '-t', 'imports');
      expect(ended, name).toMatchObject({ code: 1, out: '' });
    }
  });
});

describe('audit', () => {
  it('tells who changed what, the newest first', async () => {
    const client = await service.clientOf('audited');
    const { id } = await client.createEndpoint(receiver.url);
    await client.call('PATCH', `endpoints/${id}`, { body: { description: 'by \u001B[31mus' } });
    await run('endpoints', 'pause', id);
    const asked = ['audit', '--subject', id, '--after', '1h'];
    const entries = await jsonOf(...asked);
    expect(entries.map(({ action }) => action)).toEqual([
      ...['endpoint.paused', 'endpoint.changed', 'endpoint.created'],
    ]);
    const shown = await run(...asked, '--action', 'endpoint.changed');
    const line =
      /^AT.*\n\S+Z +endpoint\.changed +ep_\S+ +audited +key .*description: "" → "by .*31mus"\n$/;
    expect(shown.out).toMatch(line);
    expect(shown.out).not.toContain('\u001B');
    const none = await run('audit', '--subject', unknownEndpoint);
    expect(none.code).toBe(0);
  });
});

describe('recover', () => {
  it('sends again what failed of an endpoint, and follows it to its end', async () => {
    const { client, endpoint, deliveryIds } = await failing('again', 1);
    const ended = await run('recover', '--endpoint', endpoint.id, '--since', '1h');
    expect(ended.code, ended.err).toBe(0);
    expect(ended.err).toContain('of again; Ctrl-C leaves it running');
    expect(ended.out).toMatch(/^rec_\S+ {2}completed: 1 of 1 resent, 0 skipped/);
    await client.until(deliveryIds[0] ?? '', 'delivered');
    const listed = await run('recoveries', 'list', '--tenant', 'again');
    expect(listed.out).toMatch(/rec_\S+ +completed +1 +0 +1/);
  });

  it('leaves it running on Ctrl-C, and says how to end it', async () => {
    const { deliveryIds } = await failing('stopped', 1);
    const [deliveryId = ''] = deliveryIds;
    await service.pool.query(
      `INSERT INTO deliveries SELECT (jsonb_populate_record(d, jsonb_build_object('id',
         lowest_uuid_at(now() - n * interval '1 s')))).* FROM deliveries d, generate_series(1, 300) n WHERE d.id = $1`,
      [deliveryId.slice('dlv_'.length)],
    );
    const running = startCommand(['recover', '-t', 'stopped', '--since', '1h', '--rate', '1'], {
      environment,
    });
    await eventually(() => expect(running.err()).toContain('running: '));
    running.stop();
    expect(await running.code).toBe(0);
    const cancel =
      /everhook (recoveries cancel \S+ --tenant stopped)/.exec(running.err())?.[1] ?? '';
    expect(await jsonOf(...cancel.split(' '))).toMatchObject([{ state: 'cancelled' }]);
    const again = await run(...cancel.split(' '));
    expect(again.code).toBe(0);
    const id = cancel.split(' ')[2] ?? '';
    expect((await run('recoveries', 'show', id, '-t', 'stopped')).out).toContain('cancelled: ');
  });

  it('refuses what says nothing of what is meant, or is unknown', async () => {
    expect(await run('recover')).toMatchObject({ code: 2, out: '' });
    expect((await run('recover', '--endpoint', unknownEndpoint)).code).toBe(1);
    expect((await run('recoveries', 'show', unknownRecovery, '-t', 'again')).code).toBe(1);
  });

  it('prints its id alone where nobody waits', async () => {
    const { deliveryIds } = await failing('unwatched', 1);
    const [deliveryId = ''] = deliveryIds;
    const ended = await run('recover', '--delivery', deliveryId, '--no-wait');
    expect(ended.out).toMatch(/^rec_\S+\n$/);
  });
});
