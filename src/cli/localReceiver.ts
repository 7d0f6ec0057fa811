import { createServer, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Above the largest body that a service may be set to accept. */
const maxBodyBytes = 20 * 1024 * 1024;

export interface LocalRequest {
  headers: IncomingHttpHeaders;
  body: Buffer;
  receivedAt: Date;
}

export interface LocalAnswer {
  status: number;
  headers?: Record<string, string>;
  body?: string | Uint8Array;
}

export interface LocalReceiver {
  /** `http://127.0.0.1:<port>` */
  url: string;
  /** Ends open connections, too. */
  close(): Promise<void>;
}

/**
 * An HTTP server on 127.0.0.1 that hands each POST to `answer`; port 0 takes a free one. What `answer` throws is told to
 * `onError`, and the sender gets a 500.
 */
export async function startLocalReceiver(
  port: number,
  answer: (request: LocalRequest) => Promise<LocalAnswer>,
  onError: (error: unknown) => void,
): Promise<LocalReceiver> {
  const server = createServer((incoming, response) => {
    answerTo(incoming, answer).then(
      ({ status, headers, body }) => response.writeHead(status, headers).end(body),
      (error: unknown) => {
        onError(error);
        response.writeHead(500).end();
      },
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => {
      reject(new Error(`Can't listen on 127.0.0.1:${port}; 0 takes a free port.`, { cause }));
    });
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

async function answerTo(
  incoming: IncomingMessage,
  answer: (request: LocalRequest) => Promise<LocalAnswer>,
): Promise<LocalAnswer> {
  if (incoming.method !== 'POST') return { status: 405, headers: { allow: 'POST' } };
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of incoming) {
    bytes += (chunk as Buffer).length;
    if (bytes > maxBodyBytes) return { status: 413, headers: { connection: 'close' } };
    chunks.push(chunk as Buffer);
  }
  const { headers } = incoming;
  return await answer({ headers, body: Buffer.concat(chunks), receivedAt: new Date() });
}
