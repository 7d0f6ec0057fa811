import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerParent } from '../children/answerParent.js';
import { monotonicMs } from '../measure/monotonicMs.js';
import { Receipts } from './receipts.js';

const receipts = new Receipts();

const server = createServer((request, response) => {
  request.once('end', () => {
    receipts.note(String(request.headers['webhook-id']), request.url ?? '', monotonicMs());
    response.end('ok');
  });
  request.resume();
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const { port } = server.address() as AddressInfo;

const handlers = {
  url: () => `http://127.0.0.1:${port}`,
  progress: () => receipts.progress(),
  /** When each event's first delivery came, by its id. */
  firstReceipts: () => receipts.firstReceipts(),
  forget: () => receipts.forget(),
};
export type ReceiverHandlers = typeof handlers;

answerParent(handlers);
