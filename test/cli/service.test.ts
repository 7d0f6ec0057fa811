import { hostname } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runDemo } from '../../src/cli/demo/runDemo.js';
import { createClient } from '../../src/client/index.js';
import { scopes } from '../../src/domain/scopes.js';
import { createApiKey } from '../../src/store/apiKeys.js';
import { onlyDelivery } from '../e2e/apiClient.js';
import { demoSettings } from '../../src/cli/demo/throwawayService.js';
import { startTestService, type TestService } from '../e2e/startTestService.js';
import { byTest } from '../setup/byTest.js';
import { eventually } from '../setup/eventually.js';
import { startReceiver } from '../setup/receiver.js';
import { jsonLines, runCommand, startCommand, type RunningCommand } from './commandLine.js';

let service: TestService;
let apiKey: string;
let environment: Record<string, string>;
beforeAll(async () => {
  service = await startTestService(demoSettings);
  const owner = { environment: 'test', tenant: null, name: 'a test', expiresAt: null } as const;
  apiKey = (await createApiKey(service.pool, { ...owner, scopes: [...scopes] }, byTest)).key;
  environment = { EVERHOOK_URL: service.url, EVERHOOK_API_KEY: apiKey };
});
afterAll(() => service.stop());

async function listening(tenant: string, ...options: string[]): Promise<RunningCommand> {
  const running = startCommand(['listen', '-t', tenant, ...options], { environment });
  await eventually(() => expect(running.err()).toContain('Send one'));
  return running;
}

async function endpointsOf(tenant: string): Promise<{ id: string }[]> {
  const client = await service.clientOf(tenant);
  const { text } = await client.call('GET', 'endpoints');
  return (JSON.parse(text) as { data: { id: string }[] }).data;
}

describe('listen', () => {
  it('shows each delivery, verified, and leaves no endpoint', async () => {
    const running = await listening('listen');
    const sent = ['send', 'hello.world', '{"greeting":"Hello"}', '-t', 'listen', '--wait', '20'];
    const ended = await runCommand(sent, { environment });
    expect(ended).toMatchObject({ code: 0 });
    expect(ended.out).toContain('delivered  1 attempt, last answer 200');
    expect(running.out()).toMatch(/evt_\S+ {2}attempt 1 {2}signature ok {2}answered 200\n/);
    expect(running.out()).toContain('"data":{"greeting":"Hello"}');
    expect(await endpointsOf('listen')).toHaveLength(1);
    running.stop();
    expect(await running.code).toBe(0);
    expect(await endpointsOf('listen')).toEqual([]);
  });

  it('fails as many attempts as it is told to', async () => {
    const running = await listening('fail', '--fail', '2', '--json');
    const ended = await runCommand(['send', 'a', '-t', 'fail', '--wait', '20'], { environment });
    expect(ended.out).toContain('delivered  3 attempts');
    running.stop();
    expect(await running.code).toBe(0);
    expect(jsonLines(running.out())).toMatchObject([
      { attempt: 1, verified: true, answered: 503 },
      { attempt: 2, verified: true, answered: 503 },
      { attempt: 3, verified: true, answered: 200, problem: null },
    ]);
  });

  it('takes what a format asks of endpoints', async () => {
    const mode = ['--require', 'mode=production'];
    const list = ['--filter', 'saved_schema=a', '--filter', 'saved_schema=b'];
    const running = await listening('managed', '--format', 'dromo', ...mode, ...list);
    expect(await endpointsOf('managed')).toMatchObject([
      { require: { mode: ['production'] }, filters: { saved_schema: ['a', 'b'] } },
    ]);
    running.stop();
    expect(await running.code).toBe(0);
  });

  it('proposes an event that it wants', async () => {
    const running = await listening('hint', '--types', 'order.*');
    expect(running.err()).toContain(`send order.hello '{"greeting":"Hello"}' --tenant hint`);
    running.stop();
    expect(await running.code).toBe(0);
  });

  it('forwards what came, byte for byte and signed, and answers what it is answered', async () => {
    const local = await startReceiver((_request, index) =>
      index === 0 ? { status: 500, body: 'no' } : { status: 201 },
    );
    const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
    const options = ['--forward-to', `${local.url}/hooks`, '--secret', secret, '--json'];
    const running = await listening('forward', ...options);
    await runCommand(['send', 'a', '{"n":1.10}', '-t', 'forward', '--wait', '20'], { environment });
    running.stop();
    await running.code;
    await local.close();
    const seen = jsonLines(running.out()) as { answered: number; body: string }[];
    expect(seen.map(({ answered }) => answered)).toEqual([500, 201]);
    expect(local.requests.map(({ url }) => url)).toEqual(['/hooks', '/hooks']);
    for (const [index, { headers, body }] of local.requests.entries()) {
      expect(body.toString()).toBe(seen[index]?.body);
      expect(headers['webhook-signature']).toMatch(/^v1,/);
    }
  });

  it('refuses a request that is not signed for it, and says so', async () => {
    const running = await listening('forged');
    const url = /its URL +(\S+)/.exec(running.err())?.[1] ?? '';
    const forged = await fetch(url, { method: 'POST', body: '{}' });
    expect(forged.status).toBe(401);
    expect((await fetch(url)).status).toBe(405);
    running.stop();
    await running.code;
    expect(running.out()).toContain('signature refused: Missing required headers  answered 401');
  });

  it('says what is answered where the program that it forwards to is away', async () => {
    const away = await startReceiver();
    await away.close();
    const running = await listening('away', '--forward-to', away.url);
    await runCommand(['send', 'a', '-t', 'away'], { environment });
    await eventually(() => expect(running.out()).toContain('answered 502'));
    expect(running.out()).toContain('did not answer: connect ECONNREFUSED');
    running.stop();
    expect(await running.code).toBe(0);
  });

  it('removes what a killed one has left', async () => {
    const client = await service.clientOf('killed');
    const left = { metadata: { everhookListen: `${hostname()}/999999999` } };
    const others = { metadata: { everhookListen: 'another-host/999999999' } };
    await client.createEndpoint('http://127.0.0.1:65000/', left);
    const kept = await client.createEndpoint('http://127.0.0.1:65000/', others);
    const running = await listening('killed');
    running.stop();
    await running.code;
    expect(await endpointsOf('killed')).toMatchObject([{ id: kept.id }]);
  });
});

describe('deliveries and tail', () => {
  it('lists, shows and retries, and follows what becomes of them', async () => {
    const receiver = await startReceiver(() => ({ status: 500, body: 'out of order' }));
    const client = await service.clientOf('deliveries');
    await client.createEndpoint(receiver.url, { retrySchedule: [] });
    const following = startCommand(['tail', '-t', 'deliveries'], { environment });
    const sent = await runCommand(['send', 'a', '-t', 'deliveries', '--wait', '20'], {
      environment,
    });
    expect(sent.code).toBe(1);
    expect(sent.err).toContain('1 of 1 not delivered');

    const list = ['deliveries', 'list', '--state', 'failed', '-t', 'deliveries'];
    expect((await runCommand(list, { environment })).out).toMatch(
      /failed +1 of 1 +500 +a +deliveries/,
    );
    const [first] = jsonLines((await runCommand([...list, '--json'], { environment })).out);
    const { id } = first as { id: string };
    const shown = await runCommand(['deliveries', 'show', id], { environment });
    expect(shown.out).toContain('failed (the only attempt failed with 500)');
    expect(shown.out).toMatch(/^1 +1 +\S+ +\d+ ms +500 +out of order$/m);

    const failed = `${id}  a  deliveries  failed, last answer 500`;
    await eventually(() => expect(following.out()).toContain(failed));
    receiver.setScript(() => ({ status: 200 }));
    const retried = await runCommand(['deliveries', 'retry', id], { environment });
    expect(retried).toMatchObject({ code: 0, out: `${id}: new round.\n` });
    await client.until(id, 'delivered');
    await eventually(() => expect(following.out()).toMatch(/delivered, last answer 200\n$/));
    following.stop();
    expect(await following.code).toBe(0);
    await receiver.close();
  });
});

describe('deliveries show', () => {
  it('says where the reason stands that the API keeps to itself', async () => {
    const receiver = await startReceiver();
    await receiver.close();
    const client = await service.clientOf('unreachable');
    await client.createEndpoint(receiver.url, { retrySchedule: [] });
    const id = onlyDelivery(await client.send());
    await client.until(id, 'failed');
    const shown = await runCommand(['deliveries', 'show', id], { environment });
    expect(shown.out).toMatch(/ms +unreachable *\n\nunreachable: the name was not found,[^]*log/);
  });
});

describe('doctor', () => {
  it('finds nothing wrong with a service that is well', async () => {
    const settings = { ...service.settings, ...environment };
    const ended = await runCommand(['doctor', '--json'], { environment: settings });
    const findings = jsonLines(ended.out) as { subject: string; state: string }[];
    expect(ended.code, ended.out).toBe(0);
    expect(findings.map(({ subject, state }) => `${subject}: ${state}`)).toEqual([
      'settings: ok',
      'Postgres: ok',
      'clock: ok',
      'schema: ok',
      'encryption keys: ok',
      'API keys: ok',
      'outbox: ok',
      'endpoints: ok',
      'queues: ok',
      'partitions: ok',
      'retention: ok',
      'Temporal: ok',
      'namespace: ok',
      'search attributes: ok',
      'workers: ok',
      'service: ok',
      'your API key: ok',
    ]);
  });

  it.each([
    [{ PORT: 'http' }, 'settings', 'PORT=http'],
    [{ DATABASE_URL: 'postgres://127.0.0.1:1/none' }, 'Postgres', 'does not answer'],
    [
      { EVERHOOK_ENCRYPTION_KEYS: `k1:${Buffer.alloc(32).toString('base64')}` },
      'encryption keys',
      'not the keys that this database was sealed with',
    ],
    [{ TEMPORAL_ADDRESS: '127.0.0.1:1' }, 'Temporal', 'does not answer'],
    [{ TEMPORAL_NAMESPACE: 'elsewhere' }, 'Temporal', 'has no namespace elsewhere'],
    [{ EVERHOOK_URL: 'http://127.0.0.1:1' }, 'service', 'No answer'],
    [{ EVERHOOK_API_KEY: 'evh_test_unknown' }, 'your API key', 'unknown'],
  ])('says what is wrong and what to do: %j', async (changes, subject, detail) => {
    const settings: Record<string, string> = { ...service.settings, ...environment };
    const ended = await runCommand(['doctor', '--json'], {
      environment: { ...settings, ...(changes as Record<string, string>) },
    });
    expect(ended.code).toBe(1);
    const findings = jsonLines(ended.out) as { state: string }[];
    const problems = findings.filter(({ state }) => state === 'problem');
    expect(problems).toMatchObject([
      { subject, detail: expect.stringContaining(detail), remedy: expect.stringMatching(/\w/) },
    ]);
  });

  it('names the schema of a database that nobody has migrated, and a folder that nothing runs on', async () => {
    const { EVERHOOK_ENCRYPTION_KEYS: keys = '' } = service.settings;
    const empty = new URL(service.settings['DATABASE_URL'] ?? '');
    empty.pathname = '/postgres';
    const ended = await runCommand(['doctor'], {
      environment: { DATABASE_URL: empty.href, EVERHOOK_ENCRYPTION_KEYS: keys },
    });
    expect(ended.code).toBe(1);
    expect(ended.out).toMatch(/problem +schema +lacks 0001_initial/);
    expect(ended.out).toContain('→ Run `everhook migrate`');
    expect(ended.out).toMatch(/problem +data folder +nothing runs on \/nonexistent/);
    expect(ended.out).toMatch(/skipped +Temporal/);
    expect(ended.err).toContain('2 problems');
  });
});

describe('the demo', () => {
  it('ends with the table of what became of each delivery', async () => {
    let shown = '';
    const terminal = {
      environment: {},
      out: (text: string) => void (shown += text),
      err: (text: string) => void (shown += text),
      screen: { columns: 100, rows: 40 },
      usesColour: false,
      readInput: async () => '',
      untilStopped: () => new AbortController().signal,
    };
    const client = createClient({ url: service.url, apiKey });
    const found = { url: service.url, apiKey, client };
    await runDemo(found, terminal, terminal.untilStopped());
    const rows = shown.slice(shown.lastIndexOf('event ')).split('\n').slice(1, 21);
    for (const [index, row] of rows.entries()) {
      expect(row.trim()).toMatch(
        new RegExp(`^${index + 1} +delivered, attempt 1 +delivered, attempt 3 +queued(, 410)?$`),
      );
    }
    expect(shown).toContain('60 deliveries: 40 delivered, 20 queued.');
  }, 60_000);
});
