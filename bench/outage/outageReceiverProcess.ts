import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerParent } from '../children/answerParent.js';
import { monotonicMs } from '../measure/monotonicMs.js';
import { ReceiverLog } from './receiverLog.js';

/** Below it nothing is ever answered. */
const hangingPath = '/hang/';

let isDown = false;
let log = new ReceiverLog();

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.once('end', () => {
    if (request.url?.startsWith(hangingPath) === true) {
      log.refuse();
      return;
    }
    if (isDown) {
      log.refuse();
      response.writeHead(503).end();
      return;
    }
    const id = String(request.headers['webhook-id']);
    log.acknowledge(id, Buffer.concat(chunks).toString(), monotonicMs());
    response.end('ok');
  });
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const { port } = server.address() as AddressInfo;

const handlers = {
  url: () => `http://127.0.0.1:${port}`,
  /** From now on everything is answered with 503. */
  goDown: () => void (isDown = true),
  comeBack: () => void (isDown = false),
  logged: () => log.logged,
  forget: () => void (log = new ReceiverLog()),
};
export type OutageReceiverHandlers = typeof handlers;

answerParent(handlers);
