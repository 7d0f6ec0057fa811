import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';
import { onTestFinished } from 'vitest';

export interface Receiver {
  port: number;
  /** By its address. */
  url: string;
  /** What came in, one string for each connection, in the order of the connections. */
  received: string[];
}

/** Called for each whole request of a connection; writes the answer itself. */
export type Respond = (socket: Socket, requestNumber: number) => void;

/** A real server that speaks bytes, so that a test can break every rule of HTTP; it is closed with its test. */
export async function startReceiver(respond: Respond, tls?: TlsOptions): Promise<Receiver> {
  const received: string[] = [];
  const accept = (socket: Socket): void => {
    const index = received.push('') - 1;
    let answered = 0;
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk) => {
      received[index] += chunk.toString('latin1');
      const whole = countRequests(received[index] ?? '');
      for (; answered < whole; answered += 1) respond(socket, answered);
    });
  };
  const server = tls === undefined ? createServer(accept) : createTlsServer(tls, accept);
  const port = await listen(server);
  const scheme = tls === undefined ? 'http' : 'https';
  return { port, url: `${scheme}://127.0.0.1:${port}/hook?a=1`, received };
}

/** Listens on loopback, on a free port unless told, and, when the test ends, destroys what is still connected. */
export async function listen(server: Server, port = 0): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

function countRequests(bytes: string): number {
  let count = 0;
  let rest = bytes;
  for (;;) {
    const length = /^content-length: (\d+)\r$/im.exec(rest)?.[1];
    const head = rest.indexOf('\r\n\r\n');
    if (head === -1 || length === undefined) return count;
    const end = head + 4 + Number(length);
    if (rest.length < end) return count;
    count += 1;
    rest = rest.slice(end);
  }
}

export function httpAnswer(status: string, body = '', headers: string[] = []): string {
  return [
    `HTTP/1.1 ${status}`,
    `content-length: ${Buffer.byteLength(body)}`,
    ...headers,
    '',
    body,
  ].join('\r\n');
}
