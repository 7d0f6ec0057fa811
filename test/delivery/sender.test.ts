import { createServer } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { createAddressGuard } from '../../src/delivery/address/addressGuard.js';
import { userAgent } from '../../src/delivery/userAgent.js';
import { httpAnswer, listen, startReceiver } from './receiver.js';
import { post, testSender } from './senders.js';

describe('what is sent', () => {
  it('is these bytes and no others', async () => {
    const receiver = await startReceiver((socket) => socket.write(httpAnswer('204 No Content')));
    const body = '{"text":"Grüße 🎉"}';
    const answer = await testSender().send({
      url: receiver.url,
      headers: { 'content-type': 'application/json', 'webhook-id': 'evt_1', 'X-Mine': 'a, b' },
      body,
      timeoutMs: 5_000,
    });
    expect(answer.outcome).toBe('success');
    const sent = [
      'POST /hook?a=1 HTTP/1.1',
      `host: 127.0.0.1:${receiver.port}`,
      'connection: keep-alive',
      `user-agent: ${userAgent}`,
      'accept-encoding: identity',
      'content-type: application/json',
      'webhook-id: evt_1',
      'X-Mine: a, b',
      `content-length: ${Buffer.byteLength(body)}`,
      '',
      Buffer.from(body).toString('latin1'),
    ];
    expect(receiver.received).toEqual([sent.join('\r\n')]);
  });

  it('has a length of 0 for an empty body, and the user agent of the headers given', async () => {
    const receiver = await startReceiver((socket) => socket.write(httpAnswer('200 OK')));
    const request = { ...post(receiver.url, 5_000, ''), headers: { 'User-Agent': 'Mine/1' } };
    expect((await testSender().send(request)).outcome).toBe('success');
    expect(receiver.received[0]).toMatch(/\r\nUser-Agent: Mine\/1\r\ncontent-length: 0\r\n\r\n$/);
    expect(receiver.received[0]).not.toMatch(/Everhook/);
  });

  it('throws for a header that cannot be sent: that is ours', async () => {
    const receiver = await startReceiver((socket) => socket.write(httpAnswer('200 OK')));
    const request = { ...post(receiver.url), headers: { 'x-a': 'b\r\nx-evil: 1' } };
    await expect(testSender().send(request)).rejects.toThrow(/invalid x-a header/);
  });

  it('goes over one connection again and again', async () => {
    const receiver = await startReceiver((socket) => socket.write(httpAnswer('200 OK', 'fine')));
    const sender = testSender();
    for (let i = 0; i < 20; i += 1) {
      expect((await sender.send(post(receiver.url))).status).toBe(200);
      await sleep(2);
    }
    expect(receiver.received).toHaveLength(1);
  });

  it('goes over a new connection after a thousand requests', async () => {
    let connections = 0;
    const server = createServer((_request, response) => response.end());
    server.on('connection', () => (connections += 1));
    const url = `http://127.0.0.1:${await listen(server)}/`;
    const sender = testSender({ maxConnectionsPerOrigin: 2 });
    for (let i = 0; i < 2_100; i += 1) expect((await sender.send(post(url))).status).toBe(200);
    expect(connections).toBeGreaterThan(2);
    expect(connections).toBeLessThan(10);
  });

  it('goes over kept connections again after an outage', async () => {
    const gone = createServer();
    const port = await listen(gone);
    gone.close();
    const url = `http://127.0.0.1:${port}/`;
    const sender = testSender();
    const down = await Promise.all(Array.from({ length: 20 }, () => sender.send(post(url))));
    expect(down.every(({ failure }) => failure === 'unreachable')).toBe(true);
    let connections = 0;
    const server = createServer((_request, response) => response.end());
    server.on('connection', () => (connections += 1));
    await listen(server, port);
    for (let i = 0; i < 50; i += 1) expect((await sender.send(post(url))).status).toBe(200);
    expect(connections).toBeLessThan(5);
  });

  it('goes over as many connections as needed, up to the bound', async () => {
    let open = 0;
    let most = 0;
    const receiver = await startReceiver((socket) => {
      open += 1;
      most = Math.max(most, open);
      setTimeout(() => {
        open -= 1;
        socket.write(httpAnswer('200 OK'));
      }, 50);
    });
    const fifty = Array.from({ length: 50 }, () => post(receiver.url));
    const free = testSender();
    const answers = await Promise.all(fifty.map((request) => free.send(request)));
    expect(answers.every(({ outcome }) => outcome === 'success')).toBe(true);
    expect(most).toBe(50);

    most = 0;
    const bound = testSender({ maxConnectionsPerOrigin: 10 });
    const queued = await Promise.all(fifty.map((request) => bound.send(request)));
    expect(queued.every(({ outcome }) => outcome === 'success')).toBe(true);
    expect(most).toBe(10);
  });
});

describe('what comes back', () => {
  it.each([
    ['200 OK', 'success'],
    ['202 Accepted', 'success'],
    ['299 Odd', 'success'],
    ['304 Not Modified', 'failure'],
    ['400 Bad Request', 'failure'],
    ['410 Gone', 'failure'],
    ['429 Too Many Requests', 'failure'],
    ['503 Unavailable', 'failure'],
    ['999 Odd', 'failure'],
  ])('%s is a %s', async (line, outcome) => {
    const receiver = await startReceiver((socket) => socket.write(httpAnswer(line, '')));
    const answer = await testSender().send(post(receiver.url));
    expect(answer).toMatchObject({
      outcome,
      status: Number(line.slice(0, 3)),
      failure: outcome === 'success' ? null : 'status',
      operatorDetail: null,
    });
  });

  it('is given with headers, body and times', async () => {
    const headers = ['Retry-After: 120', 'Content-Type: text/plain', 'X-Twice: a', 'X-Twice: b'];
    const receiver = await startReceiver((socket) =>
      setTimeout(() => socket.write(httpAnswer('503 Unavailable', 'später', headers)), 100),
    );
    const before = Date.now();
    const answer = await testSender().send(post(receiver.url));
    expect(answer).toMatchObject({
      body: 'später',
      bodyTruncated: false,
      headers: { 'retry-after': '120', 'content-type': 'text/plain', 'x-twice': 'a, b' },
    });
    expect(answer.startedAtMs).toBeGreaterThanOrEqual(before);
    expect(answer.durationMs).toBeGreaterThanOrEqual(95);
    expect(answer.durationMs).toBeLessThan(3_000);
  });

  it('a redirect is not followed', async () => {
    const target = await startReceiver((socket) => socket.write(httpAnswer('200 OK')));
    const receiver = await startReceiver((socket) =>
      socket.write(httpAnswer('307 Temporary Redirect', '', [`Location: ${target.url}`])),
    );
    const answer = await testSender().send(post(receiver.url));
    expect(answer).toMatchObject({ status: 307, outcome: 'failure', failure: 'status' });
    expect(answer.headers['location']).toBe(target.url);
    expect(target.received).toEqual([]);
  });

  it('a compressed body is kept as it came, fit for the database', async () => {
    const zipped = gzipSync('secret plans '.repeat(100));
    const server = createServer((_request, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(zipped);
    });
    const port = await listen(server);
    const answer = await testSender().send(post(`http://127.0.0.1:${port}/`));
    expect(answer.outcome).toBe('success');
    expect(answer.body).not.toContain('secret plans');
    expect(answer.body).not.toContain('\0');
    expect(answer.body.codePointAt(0)).toBe(0x1f);
  });

  it('100 MB are read to the bound, and the connection is closed', async () => {
    let writtenBytes = 0;
    const piece = Buffer.alloc(65_536, 'x');
    const server = createServer((_request, response) => {
      response.writeHead(200);
      const write = (): void => {
        while (writtenBytes < 100_000_000) {
          writtenBytes += piece.length;
          if (!response.write(piece)) {
            response.once('drain', write);
            return;
          }
        }
        response.end();
      };
      write();
    });
    const port = await listen(server);
    const answer = await testSender().send(post(`http://127.0.0.1:${port}/`));
    expect(answer).toMatchObject({
      outcome: 'success',
      bodyTruncated: true,
      body: 'x'.repeat(4_096),
    });
    await sleep(100);
    expect(writtenBytes).toBeLessThan(20_000_000);
  });

  it('a body over the bound but short leaves the connection in use', async () => {
    const receiver = await startReceiver((socket) =>
      socket.write(httpAnswer('200 OK', 'y'.repeat(9_000))),
    );
    const sender = testSender({ maxResponseBytes: 0 });
    for (let i = 0; i < 3; i += 1) {
      expect(await sender.send(post(receiver.url))).toMatchObject({
        body: '',
        bodyTruncated: true,
      });
      await sleep(2);
    }
    expect(receiver.received).toHaveLength(1);
  });

  it.each([
    ['drips for ever', 'content-length: 1000'],
    ['never ends', 'transfer-encoding: chunked'],
  ])('a success whose body %s is a success, a second later', async (_what, header) => {
    const receiver = await startReceiver((socket) => {
      socket.write(`HTTP/1.1 200 OK\r\n${header}\r\n\r\n`);
      const piece = header.startsWith('transfer') ? '1\r\nz\r\n' : 'z';
      const timer = setInterval(() => socket.write(piece), 50);
      socket.on('close', () => clearInterval(timer));
    });
    const answer = await testSender().send(post(receiver.url));
    expect(answer).toMatchObject({ outcome: 'success', status: 200, bodyTruncated: true });
    expect(answer.body).toMatch(/^z+$/);
    expect(answer.durationMs).toBeGreaterThan(900);
    expect(answer.durationMs).toBeLessThan(3_500);
  });

  it('a success whose body is cut off is a success', async () => {
    const receiver = await startReceiver((socket) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\nbeginning', () =>
        setTimeout(() => socket.resetAndDestroy(), 50),
      );
    });
    expect(await testSender().send(post(receiver.url))).toMatchObject({
      outcome: 'success',
      failure: null,
      body: 'beginning',
      bodyTruncated: true,
    });
  });

  it('the deadline ends the reading of a body, too', async () => {
    const receiver = await startReceiver((socket) =>
      setTimeout(() => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nabc'), 200),
    );
    const answer = await testSender().send(post(receiver.url, 400));
    expect(answer).toMatchObject({ outcome: 'success', body: 'abc', bodyTruncated: true });
    expect(answer.durationMs).toBeLessThan(1_000);
  });
});

describe('failures', () => {
  it('a receiver that hangs has timed out', async () => {
    const receiver = await startReceiver(() => undefined);
    const answer = await testSender().send(post(receiver.url, 300));
    expect(answer).toMatchObject({
      outcome: 'failure',
      status: null,
      failure: 'timed out',
      operatorDetail: 'no status within 300 ms',
    });
    expect(answer.durationMs).toBeGreaterThanOrEqual(295);
    expect(answer.durationMs).toBeLessThan(3_000);
  });

  it('a receiver that drips its headers has timed out', async () => {
    const receiver = await startReceiver((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n');
      const timer = setInterval(() => socket.write('x-more: 1\r\n'), 20);
      socket.on('close', () => clearInterval(timer));
    });
    const answer = await testSender().send(post(receiver.url, 300));
    expect(answer).toMatchObject({ failure: 'timed out', status: null });
    expect(answer.durationMs).toBeLessThan(3_000);
  });

  it('never-ending 103s have timed out', async () => {
    const receiver = await startReceiver((socket) => {
      const hint = () => socket.write('HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n');
      const timer = setInterval(hint, 10);
      socket.on('close', () => clearInterval(timer));
    });
    const answer = await testSender().send(post(receiver.url, 300));
    expect(answer).toMatchObject({ failure: 'timed out', status: null });
    expect(answer.durationMs).toBeLessThan(3_000);
  });

  it('a flood of 103s is cut short, some before the answer are not', async () => {
    const hint = 'HTTP/1.1 103 Early Hints\r\n\r\n';
    const flood = await startReceiver((socket) => socket.write(hint.repeat(5_000)));
    expect(await testSender().send(post(flood.url))).toMatchObject({
      failure: 'invalid response',
      operatorDetail: 'endless 1xx',
    });
    const some = await startReceiver((socket) =>
      socket.write(hint.repeat(3) + httpAnswer('200 OK', 'x')),
    );
    expect(await testSender().send(post(some.url))).toMatchObject({ status: 200, body: 'x' });
  });

  it.each([
    ['reset', 'connection lost', (socket: Socket) => socket.resetAndDestroy()],
    ['closed', 'connection lost', (socket: Socket) => socket.end()],
  ] as const)('a connection that is %s before a status is lost', async (_what, failure, act) => {
    const receiver = await startReceiver((socket) => act(socket));
    const answer = await testSender().send(post(receiver.url));
    expect(answer).toMatchObject({ status: null, failure });
    expect(answer.operatorDetail).toMatch(/ECONNRESET|other side closed/);
  });

  it('a connection that is cut within the status line is lost', async () => {
    const receiver = await startReceiver((socket) => socket.end('HTTP/1.1 20'));
    expect(await testSender().send(post(receiver.url))).toMatchObject({
      failure: 'connection lost',
    });
  });

  it('a kept connection that is closed as it is used again is lost, and nothing is sent twice', async () => {
    const receiver = await startReceiver((socket, number) => {
      if (number === 0) socket.write(httpAnswer('200 OK'));
      else socket.resetAndDestroy();
    });
    const sender = testSender();
    expect((await sender.send(post(receiver.url))).outcome).toBe('success');
    await sleep(2);
    expect(await sender.send(post(receiver.url))).toMatchObject({ failure: 'connection lost' });
    expect(receiver.received).toHaveLength(1);
    expect((await sender.send(post(receiver.url))).outcome).toBe('success');
    expect(receiver.received).toHaveLength(2);
  });

  it.each([
    ['a bad status line', 'HTP/1.1 OK\r\n\r\n'],
    ['another protocol', 'SSH-2.0-OpenSSH_9.6\r\n'],
    ['too many header bytes', `HTTP/1.1 200 OK\r\n${'x-a: b\r\n'.repeat(10_000)}\r\n`],
    ['two lengths', 'HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\na'],
    ['a change of protocol', 'HTTP/1.1 101 Switching\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n'],
    ['a bad header', 'HTTP/1.1 200 OK\r\nno colon\r\n\r\n'],
  ])('%s is an invalid response', async (_what, text) => {
    const receiver = await startReceiver((socket) => socket.write(text));
    expect(await testSender().send(post(receiver.url))).toMatchObject({
      outcome: 'failure',
      status: null,
      failure: 'invalid response',
      body: '',
      headers: {},
    });
  });

  it('a refused connection is unreachable', async () => {
    const receiver = await startReceiver(() => undefined);
    const other = receiver.url.replace('127.0.0.1', '127.0.0.2');
    const answer = await testSender().send(post(other));
    expect(answer).toMatchObject({ failure: 'unreachable', status: null });
    expect(answer.operatorDetail).toMatch(/ECONNREFUSED/);
  });

  it('a URL that is refused now is unreachable, and nobody is asked', async () => {
    const receiver = await startReceiver((socket) => socket.write(httpAnswer('200 OK')));
    const guard = createAddressGuard({ allowNetworks: [], allowHttp: true });
    expect(await testSender({ guard }).send(post(receiver.url))).toMatchObject({
      failure: 'unreachable',
      operatorDetail: expect.stringContaining('127.0.0.1 is internal') as string,
    });
    expect(receiver.received).toEqual([]);
  });

  it('waiting for a free connection counts in the time-out, and nothing is sent after it', async () => {
    const receiver = await startReceiver((socket) =>
      setTimeout(() => socket.write(httpAnswer('200 OK')), 400),
    );
    const sender = testSender({ maxConnectionsPerOrigin: 2 });
    const slow = [sender.send(post(receiver.url)), sender.send(post(receiver.url))];
    const waiting = await sender.send(post(receiver.url, 150));
    expect(waiting).toMatchObject({
      failure: 'timed out',
      operatorDetail: 'no connection within 150 ms',
    });
    expect((await Promise.all(slow)).every(({ status }) => status === 200)).toBe(true);
    await sleep(100);
    expect(receiver.received.join('').match(/POST/g)).toHaveLength(2);
  });

  it('what arrived in time counts, though this process was too busy to look', async () => {
    // In a thread of its own, so that it answers while this one is busy.
    const server = `const { createServer } = require('node:http'); const { parentPort } = require('node:worker_threads');
      const server = createServer((_, response) => setTimeout(() => response.end('ok'), 50)).listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));`;
    const worker = new Worker(server, { eval: true });
    const port = await new Promise<number>((resolve) => worker.once('message', resolve));
    try {
      const sender = testSender();
      const url = `http://127.0.0.1:${port}/`;
      await sender.send(post(url));
      await sleep(20);
      const answer = sender.send(post(url, 150));
      await sleep(5);
      // From here the event loop comes to its timers before it comes to the network.
      await new Promise((resolve) => setImmediate(resolve));
      const until = performance.now() + 400;
      while (performance.now() < until);
      expect(await answer).toMatchObject({ outcome: 'success', status: 200 });
    } finally {
      await worker.terminate();
    }
  });
});

describe('close', () => {
  it('ends what is in flight by throwing, and refuses more', async () => {
    const receiver = await startReceiver(() => undefined);
    const sender = testSender();
    const answer = sender.send(post(receiver.url));
    const thrown = expect(answer).rejects.toThrow(/destroyed/);
    await sleep(100);
    await sender.close();
    await thrown;
    await expect(sender.send(post(receiver.url))).rejects.toThrow('The sender is closed.');
  });
});
