import { lookup as systemLookup } from 'node:dns';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { Agent, request } from 'undici';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createAddressGuard } from '../../src/delivery/address/addressGuard.js';
import { createConnector } from '../../src/delivery/connector.js';
import { httpAnswer, startReceiver } from './receiver.js';
import { loopbackGuard, post, resolver, testSender } from './senders.js';

const ok = () => startReceiver((socket) => socket.write(httpAnswer('200 OK')));
const strict = createAddressGuard({ allowNetworks: [], allowHttp: true });

describe('names', () => {
  it('are looked up once for a connection, and connected to where that led', async () => {
    const receiver = await ok();
    const lookup = resolver(['127.0.0.1']);
    const sender = testSender({ lookup });
    const url = `http://hook.example.com:${receiver.port}/`;
    for (let i = 0; i < 3; i += 1) {
      expect((await sender.send(post(url))).status).toBe(200);
      await sleep(2);
    }
    expect(lookup.asked()).toBe(1);
    expect(receiver.received[0]).toContain(`host: hook.example.com:${receiver.port}\r\n`);
  });

  it.each([
    ['10.0.0.1', ['10.0.0.1']],
    ['169.254.169.254', ['8.8.8.8', '169.254.169.254']],
    ['::1', ['127.0.0.1', '::1']],
    ['fe80::1%eth0', ['fe80::1%eth0']],
    ['::ffff:10.0.0.1', ['127.0.0.1', '::ffff:10.0.0.1']],
    ['which is refused', []],
  ])('that lead to %s are unreachable', async (part, addresses) => {
    const receiver = await ok();
    const sender = testSender({ lookup: resolver(addresses) });
    const answer = await sender.send(post(`http://hook.example.com:${receiver.port}/`));
    expect(answer).toMatchObject({ failure: 'unreachable', status: null });
    expect(answer.operatorDetail).toContain(part);
    expect(receiver.received).toEqual([]);
  });

  it('that change their answer are checked at each connection', async () => {
    const receiver = await startReceiver((socket) =>
      socket.write(httpAnswer('200 OK', '', ['connection: close'])),
    );
    const lookup = resolver(['127.0.0.1'], ['10.0.0.1'], ['127.0.0.1']);
    const sender = testSender({ lookup });
    const statuses = [];
    for (let i = 0; i < 3; i += 1) {
      const answer = await sender.send(post(`http://hook.example.com:${receiver.port}/`));
      statuses.push(answer.status ?? answer.failure);
    }
    expect(statuses).toEqual([200, 'unreachable', 200]);
  });

  it('that are not there are unreachable', async () => {
    const sender = testSender({ lookup: systemLookup });
    const answer = await sender.send(post('http://nothing-here.invalid/'));
    expect(answer).toMatchObject({ failure: 'unreachable', status: null });
    expect(answer.operatorDetail).toMatch(/ENOTFOUND|EAI_AGAIN/);
  });

  it('whose look-up hangs have timed out', async () => {
    const sender = testSender({ lookup: () => undefined });
    const answer = await sender.send(post('http://hook.example.com/', 200));
    expect(answer).toMatchObject({
      failure: 'timed out',
      operatorDetail: 'no connection within 200 ms',
    });
    expect(answer.durationMs).toBeLessThan(3_000);
  });

  it('localhost is the loopback that is allowed, whatever the resolver says', async () => {
    const receiver = await ok();
    const lookup = resolver(['10.0.0.1']);
    const sender = testSender({ lookup });
    for (const name of ['localhost', 'app.localhost']) {
      const answer = await sender.send(post(`http://${name}:${receiver.port}/`));
      expect(answer.status).toBe(200);
    }
    expect(lookup.asked()).toBe(0);
  });
});

describe('the connector alone', () => {
  const agentOf = (guard: typeof strict) => {
    const agent = new Agent({
      connect: createConnector({ guard, lookup: systemLookup, connectTimeoutMs: 2_000 }),
    });
    onTestFinished(() => agent.destroy());
    return agent;
  };

  it.each([
    '127.0.0.1',
    '2130706433',
    '0x7f000001',
    '0177.0.0.1',
    '127.1',
    '0',
    '[::1]',
    '[::]',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '[64:ff9b::7f00:1]',
    'localhost',
  ])('does not connect to http://%s', async (host) => {
    const receiver = await ok();
    const dispatcher = agentOf(strict);
    await expect(request(`http://${host}:${receiver.port}/`, { dispatcher })).rejects.toThrow(
      /refused/,
    );
    expect(receiver.received).toEqual([]);
  });

  it('does not connect to a host that no URL parser has seen', async () => {
    const receiver = await ok();
    const connect = createConnector({
      guard: strict,
      lookup: systemLookup,
      connectTimeoutMs: 2_000,
    });
    const hosts = fc.constantFrom(
      '127.0.0.1',
      '[::1]',
      '::1',
      '2130706433',
      '0x7f.1',
      '127.1',
      '::ffff:7f00:1',
    );
    await fc.assert(
      fc.asyncProperty(hosts, async (hostname) => {
        const target = { hostname, host: hostname, protocol: 'http:', port: String(receiver.port) };
        const error = await new Promise<Error | null>((resolve) =>
          connect(target, (...[failed]) => resolve(failed)),
        );
        expect(error?.name).toBe('ConnectError');
      }),
      { numRuns: 20 },
    );
    expect(receiver.received).toEqual([]);
  });

  it('checks where it has come to: 0.0.0.0 leads to the loopback', async () => {
    const receiver = await ok();
    const guard = createAddressGuard({ allowNetworks: ['0.0.0.0/8'], allowHttp: true });
    const dispatcher = agentOf(guard);
    const answer = request(`http://0.0.0.0:${receiver.port}/`, { dispatcher });
    await expect(answer).rejects.toThrow('the address 127.0.0.1 is refused');
    expect(receiver.received.join('')).toBe('');
  });

  it('connects to what is allowed', async () => {
    const receiver = await ok();
    const dispatcher = agentOf(loopbackGuard);
    const { statusCode, body } = await request(receiver.url, { dispatcher, method: 'POST' });
    await body.dump();
    expect(statusCode).toBe(200);
  });
});
