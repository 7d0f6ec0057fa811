import { describe, expect, it } from 'vitest';
import { packageVersion } from '../../src/config/packageVersion.js';
import { startReceiver } from '../setup/receiver.js';
import { runCommand } from './commandLine.js';

const key = `evh_test_${'a'.repeat(43)}_00000000`;

describe('the command line', () => {
  it('says what there is, and its version, with exit code 0', async () => {
    const help = await runCommand(['--help']);
    expect(help.code).toBe(0);
    for (const name of [
      'start',
      'migrate',
      'keys',
      'send',
      'listen',
      'tail',
      'deliveries',
      'endpoints',
      'imports',
      'recover',
      'catalog',
      'doctor',
    ]) {
      expect(help.out).toMatch(new RegExp(`^  ${name}\\b`, 'm'));
    }
    expect(help.out).toContain('Exit codes');
    expect(await runCommand(['--version'])).toEqual({
      code: 0,
      out: `${packageVersion}\n`,
      err: '',
    });
    expect((await runCommand(['listen', '--help'])).out).toContain('--fail <attempts>');
  });

  it.each([
    [['dleiveries'], 'unknown command'],
    [['send'], "missing required argument 'type'"],
    [['send', 'a', '{}', '--tenant', 'a b'], 'A tenant id has'],
    [['send', 'a', '{"b":1,}'], 'The data is not JSON: '],
    [['send', 'a', '@/nonexistent'], 'The file can'],
    [['send', 'a', '--attribute', 'plan'], 'It is a name, = and a value.'],
    [['listen', '--fail', '31'], 'It is a whole number from 0 to 30.'],
    [['listen', '--types', 'a..b'], '"a..b" is no event type'],
    [['listen', '--secret', 'whsk_x'], 'a key pair can sign but not verify'],
    [['listen', '--forward-to', 'localhost:3000'], 'It is an address such as'],
    [['deliveries', 'list', '--state', 'lost'], 'It is one of: pending'],
    [['keys', 'create', 'x', '--scopes', 'read,all'], 'It is one of: read'],
    [['keys', 'create', 'x', '--expires-at', '2027-01-31'], 'It is a moment with a time zone'],
    [['keys', 'revoke', 'key_nope'], 'It is key_ and a UUID.'],
    [['deliveries', 'show', 'evt_1'], 'It is dlv_ and a UUID.'],
    [['deliveries', 'retry', 'dlv_1'], 'It is dlv_ and a UUID.'],
    [
      ['deliveries', 'list', '--after', 'yesterday'],
      'It is so long ago (90s, 30m, 2h, 7d), or a moment',
    ],
    [['deliveries', 'list', '--after', '2027-01-31'], 'It is a moment with a time zone'],
    [['endpoints', 'list', '--state', 'closed'], 'It is one of: open, down'],
    [['endpoints', 'pause', 'dlv_1'], 'It is ep_ and a UUID.'],
    [['imports', 'show', 'people'], "required option '-t, --tenant <id>' not specified"],
    [['imports', 'pause', 'a b', '-t', 'acme'], 'An import id has'],
    [['recover', '--state', 'queued'], 'It is one of: delivered, failed'],
    [['recover', '--rate', '0'], 'It is a whole number from 1 to'],
    [['recover', '--since', '2x'], 'It is so long ago (90s, 30m, 2h, 7d), or a moment'],
    [['recover', '--tenant', 'acme'], 'Say of what: --endpoint, --delivery, or --tenant with'],
    [['recoveries', 'cancel', 'rec_1', '-t', 'acme'], 'It is rec_ and a UUID.'],
    [['recoveries', 'list'], "required option '-t, --tenant <id>' not specified"],
    [['top', '--rows', '0'], 'It is a whole number from 1 to 250.'],
    [['tail', '-e', 'staging'], 'It is one of: test, production'],
    [['migrate'], 'DATABASE_URL is not set'],
    [['endpoints', 'show', 'ep_\u001B]0;x\u0007'], 'It is ep_ and a UUID.'],
  ])('refuses %j with exit code 2', async (commandLine, reason) => {
    const ended = await runCommand(commandLine);
    expect(ended).toMatchObject({ code: 2, out: '' });
    expect(ended.err).toContain(reason);
    // What was given may have been pasted.
    expect(ended.err).not.toContain('\u001B');
  });

  it.each([
    [{}, 'none runs on /nonexistent'],
    [{ EVERHOOK_URL: 'http://127.0.0.1:1' }, 'No API key: set EVERHOOK_API_KEY'],
    [{ EVERHOOK_URL: 'everhook.example.com', EVERHOOK_API_KEY: key }, 'EVERHOOK_URL: '],
    [{ EVERHOOK_URL: 'http://127.0.0.1:1', EVERHOOK_API_KEY: 'secret' }, 'EVERHOOK_API_KEY: '],
  ])(
    'says which setting is missing or wrong, and shows no key: %j',
    async (environment, reason) => {
      const ended = await runCommand(['deliveries', 'list'], { environment });
      expect(ended.code).toBe(2);
      expect(ended.err).toContain(reason);
      expect(ended.err).not.toContain('secret');
    },
  );

  it('refuses a key of another environment than was asked for', async () => {
    const environment = { EVERHOOK_URL: 'http://127.0.0.1:1', EVERHOOK_API_KEY: key };
    const ended = await runCommand(['tail', '-e', 'production'], { environment });
    expect(ended.code).toBe(2);
    expect(ended.err).toContain('not a key of the environment production');
  });

  it('knows https where http was meant', async () => {
    const receiver = await startReceiver();
    const url = receiver.url.replace('http:', 'https:');
    const environment = { EVERHOOK_URL: url, EVERHOOK_API_KEY: key };
    const ended = await runCommand(['deliveries', 'list'], { environment });
    await receiver.close();
    expect(ended).toMatchObject({ code: 1, out: '' });
    expect(ended.err).toMatch(/it does not speak TLS; is it meant to be http:\/\/[^\n]*\n$/);
  });

  it('says which port a receiver of its own can not have', async () => {
    const receiver = await startReceiver();
    const environment = { EVERHOOK_URL: receiver.url, EVERHOOK_API_KEY: key };
    const ended = await runCommand(['listen', '--port', `${receiver.port}`], { environment });
    await receiver.close();
    expect(ended).toMatchObject({ code: 1, out: '' });
    expect(ended.err).toContain(`Can't listen on 127.0.0.1:${receiver.port}; 0 takes a free port.`);
  });

  it('ends with 1 where the service is away, as text or as JSON', async () => {
    const receiver = await startReceiver();
    await receiver.close();
    const environment = { EVERHOOK_URL: receiver.url, EVERHOOK_API_KEY: key };
    const ended = await runCommand(['deliveries', 'list'], { environment });
    expect(ended).toMatchObject({ code: 1, out: '' });
    expect(ended.err).toMatch(/^everhook: No answer from http.*ECONNREFUSED[^\n]*\n$/);
    const asJson = await runCommand(['--json', 'deliveries', 'list'], { environment });
    expect(JSON.parse(asJson.err)).toMatchObject({ error: expect.stringContaining('No answer') });
  });
});
