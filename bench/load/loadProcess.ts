import { answerParent } from '../children/answerParent.js';
import { EventLoad } from './eventLoad.js';
import { runSteadily } from './runLanes.js';

const [serviceUrl = '', apiKey = ''] = process.argv.slice(2);
const load = new EventLoad(serviceUrl, apiKey);

const handlers = {
  /** Resolves when all are accepted; throws where one isn't. */
  async runSteadily(input: {
    tenant: string;
    count: number;
    ratePerSecond: number;
  }): Promise<void> {
    await runSteadily(input.count, input.ratePerSecond, () => load.send(input.tenant));
  },
};
/** A process of its own, so that what it does delays no latency that its parent measures. */
export type LoadHandlers = typeof handlers;

answerParent(handlers);
