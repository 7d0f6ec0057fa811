import { AttemptCounter } from '../listen/attemptCounter.js';
import { startLocalReceiver, type LocalAnswer, type LocalReceiver } from '../localReceiver.js';

/** What each of the three receivers answers to an attempt of a delivery, counted from 1. */
const behaviours: Record<string, (attempt: number) => LocalAnswer> = {
  healthy: () => ({ status: 200 }),
  'fails twice': (attempt) => ({ status: attempt <= 2 ? 503 : 200 }),
  'gone (410)': () => ({ status: 410 }),
};

export const receiverNames = Object.keys(behaviours);

export async function startDemoReceivers(
  onError: (error: unknown) => void,
): Promise<{ name: string; receiver: LocalReceiver }[]> {
  const started = Object.entries(behaviours).map(async ([name, answer]) => {
    const counter = new AttemptCounter();
    const receiver = await startLocalReceiver(
      0,
      async ({ headers }) => answer(counter.next(String(headers['webhook-id']))),
      onError,
    );
    return { name, receiver };
  });
  return await Promise.all(started);
}
