import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startReceiver, type Receiver } from '../setup/receiver.js';
import type { Accepted, ApiClient } from './apiClient.js';
import { startTestService, type TestService } from './startTestService.js';

const timeoutMs = 1_500;
const hundredMegabytes = 100 * 1_024 * 1_024;
const chunk = Buffer.alloc(65_536, 'x');

/** What each does with a connection once the request has begun to come. */
const misdeeds: Record<string, (socket: Socket) => void> = {
  'hangs after accepting': () => undefined,
  'drips its head': (socket) => drip(socket, 'HTTP/1.1 200 OK\r\nx: '),
  'drips its body': (socket) => drip(socket, 'HTTP/1.1 500 No\r\ncontent-length: 1000000\r\n\r\n'),
  'answers with 100 MB': (socket) => {
    socket.write(`HTTP/1.1 500 No\r\ncontent-length: ${hundredMegabytes}\r\n\r\n`);
    flood(socket, hundredMegabytes);
  },
  'redirects to itself': (socket) => {
    socket.end('HTTP/1.1 302 Found\r\nlocation: /again\r\ncontent-length: 0\r\n\r\n');
  },
  'resets the connection': (socket) => socket.resetAndDestroy(),
  'answers with no HTTP': (socket) => socket.end('220 mail.example.com ESMTP\r\n'),
  'says a bad status': (socket) => socket.end('HTTP/1.1 9999999 Whatever\r\n\r\n'),
  'never ends its head': (socket) => {
    socket.write('HTTP/1.1 500 No\r\n');
    flood(socket, Number.POSITIVE_INFINITY, Buffer.from(`x-a: ${'y'.repeat(8_000)}\r\n`));
  },
};

const expectedAnswers: Record<string, string> = {
  'hangs after accepting': 'timed out',
  'drips its head': 'timed out',
  'drips its body': '500',
  'answers with 100 MB': '500',
  'redirects to itself': '302',
  'resets the connection': 'connection lost',
  'answers with no HTTP': 'invalid response',
  'says a bad status': 'invalid response',
  'never ends its head': 'invalid response',
};

let service: TestService;
let healthy: Receiver;
const servers: Server[] = [];
const sockets = new Set<Socket>();

beforeAll(async () => {
  [service, healthy] = await Promise.all([startTestService(), startReceiver()]);
});
afterAll(async () => {
  await service.stop();
  for (const socket of sockets) socket.destroy();
  for (const server of servers) server.close();
  await healthy.close();
});

function drip(socket: Socket, head: string): void {
  socket.write(head);
  const timer = setInterval(() => socket.write('z'), 100);
  socket.once('close', () => clearInterval(timer));
}

function flood(socket: Socket, bytes: number, piece = chunk): void {
  let left = bytes;
  const write = () => {
    while (left > 0 && !socket.destroyed) {
      left -= piece.length;
      if (!socket.write(piece)) return;
    }
  };
  socket.on('drain', write);
  write();
}

async function startHostile(misdeed: (socket: Socket) => void): Promise<string> {
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    // The service ends the connection as it likes; that is no concern of this side.
    socket.on('error', () => socket.destroy());
    socket.once('data', () => misdeed(socket));
  });
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('hostile receivers', () => {
  let client: ApiClient;
  let event: Accepted;
  let healthyId: string;
  const nameOf = new Map<string, string>();

  beforeAll(async () => {
    client = await service.clientOf('hostile');
    for (const [name, misdeed] of Object.entries(misdeeds)) {
      const url = await startHostile(misdeed);
      const { id } = await client.createEndpoint(url, { timeoutMs, retrySchedule: [] });
      nameOf.set(id, name);
    }
    healthyId = (await client.createEndpoint(healthy.url)).id;
    event = await client.send();
  });

  const deliveryTo = (name: string) =>
    event.deliveries.find(({ endpointId }) => nameOf.get(endpointId) === name)?.id ?? '';

  it('delay no healthy endpoint of the same event', async () => {
    const id = event.deliveries.find(({ endpointId }) => endpointId === healthyId)?.id ?? '';
    const delivered = await client.until(id, 'delivered');
    const hung = await client.until(deliveryTo('hangs after accepting'), 'failed');
    expect(healthy.requests).toHaveLength(1);
    expect(hung.attempts[0]?.durationMs).toBeGreaterThanOrEqual(timeoutMs);
    expect(Date.parse(delivered.finishedAt ?? '')).toBeLessThan(Date.parse(hung.finishedAt ?? ''));
  });

  it.each(Object.keys(misdeeds))('that %s cost one bounded attempt', async (name) => {
    const delivery = await client.until(deliveryTo(name), 'failed');
    expect(delivery.lastAnswer).toBe(expectedAnswers[name]);
    const [attempt, ...more] = delivery.attempts;
    expect(more).toEqual([]);
    expect(attempt?.durationMs).toBeLessThan(2 * timeoutMs);
    expect(attempt?.responseBody?.length ?? 0).toBeLessThanOrEqual(4_096);
  });
});
