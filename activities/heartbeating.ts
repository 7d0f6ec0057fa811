import { heartbeat } from '@temporalio/activity';

/** Well below the heartbeat time-out, so that a worker that was killed is noticed and its work done again. */
const heartbeatIntervalMs = 10_000;

/** Does what may take long, and tells Temporal meanwhile that somebody does. */
export async function heartbeating<T>(work: () => Promise<T>): Promise<T> {
  const timer = setInterval(() => heartbeat(), heartbeatIntervalMs);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}
