import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { answerParent } from '../children/answerParent.js';
import { monotonicMs } from '../measure/monotonicMs.js';
import { benchSecret } from './benchSecret.js';
import { Ledger, type LedgerProgress } from './ledger.js';

/** Below it a request's signature is verified first, with the library that receivers are told to take. */
const verifyingPath = '/verifying/';
const webhook = new Webhook(benchSecret);

/** One per path. */
const ledgers = new Map<string, Ledger>();

function ledgerOf(path: string): Ledger {
  const known = ledgers.get(path) ?? new Ledger();
  ledgers.set(path, known);
  return known;
}

const server = createServer((request, response) => {
  const ledger = ledgerOf(request.url ?? '');
  ledger.begin(monotonicMs());
  read(request).then(
    (body) => {
      if (request.url?.startsWith(verifyingPath) === true)
        webhook.verify(body, request.headers as Record<string, string>);
      ledger.acknowledge(String(request.headers['webhook-id']), body, monotonicMs());
      response.end('ok');
    },
    () => ledger.abandon(),
  );
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const { port } = server.address() as AddressInfo;

async function read(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

const handlers = {
  url: () => `http://127.0.0.1:${port}`,
  progress: (path: string): LedgerProgress => ledgerOf(path).progress(),
};
export type LedgerHandlers = typeof handlers;

answerParent(handlers);
