import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from './eventually.js';

export interface ReceivedRequest {
  method: string;
  /** Path and query. */
  url: string;
  headers: IncomingHttpHeaders;
  /** Names and values in turn, as they came over the wire. */
  rawHeaders: string[];
  body: Buffer;
  /** When its body was complete, in epoch milliseconds. */
  receivedAt: number;
}

export interface ScriptedAnswer {
  status?: number;
  headers?: Record<string, string | string[]>;
  body?: string | Uint8Array;
  /** Waits before it answers. */
  delayMs?: number;
}

/** What to answer to a request, the first being 0; or, with the response in hand, nothing: the script answers. */
export type Script = (
  request: ReceivedRequest,
  index: number,
  response: ServerResponse,
) => ScriptedAnswer | undefined | Promise<ScriptedAnswer | undefined>;

export interface Receiver {
  /** `http://127.0.0.1:<port>`, without a slash at the end. */
  url: string;
  port: number;
  /** In the order in which they were complete. */
  requests: ReceivedRequest[];
  /** What is answered from now on. */
  setScript: (script: Script) => void;
  /** The first `count` requests; throws when they have not come in time. */
  waitFor: (count: number, timeoutMs?: number) => Promise<ReceivedRequest[]>;
  /** Ends open connections, too. */
  close: () => Promise<void>;
}

/** A real HTTP server on a free port of 127.0.0.1 that keeps what it gets; it answers 200 unless told otherwise. */
export async function startReceiver(script: Script = () => ({})): Promise<Receiver> {
  const requests: ReceivedRequest[] = [];
  let current = script;
  const handle = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const request = await read(incoming);
    const index = requests.push(request) - 1;
    const answer = await current(request, index, response);
    if (answer !== undefined) await send(response, answer);
  };
  const server = createServer((incoming, response) => {
    handle(incoming, response).catch((error: unknown) => response.destroy(error as Error));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    requests,
    setScript: (next) => {
      current = next;
    },
    waitFor: (count, timeoutMs = 10_000) =>
      eventually(() => firstOf(requests, count), { withinMs: timeoutMs }),
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

async function read(incoming: IncomingMessage): Promise<ReceivedRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return {
    method: incoming.method ?? '',
    url: incoming.url ?? '',
    headers: incoming.headers,
    rawHeaders: incoming.rawHeaders,
    body: Buffer.concat(chunks),
    receivedAt: Date.now(),
  };
}

async function send(response: ServerResponse, answer: ScriptedAnswer): Promise<void> {
  if (answer.delayMs !== undefined) await sleep(answer.delayMs);
  if (response.destroyed) return;
  response.writeHead(answer.status ?? 200, answer.headers);
  response.end(answer.body);
}

function firstOf(requests: ReceivedRequest[], count: number): ReceivedRequest[] {
  if (requests.length >= count) return requests.slice(0, count);
  throw new Error(`The receiver got ${requests.length} of ${count} requests`);
}
