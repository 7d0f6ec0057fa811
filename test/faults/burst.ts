import { expect } from 'vitest';
import type { Scene } from './openScene.js';
import { ApiClient } from '../e2e/apiClient.js';

/**
 * Accepts a burst of one tenant and then a single event of another, and checks how much of the burst was delivered
 * while the single one was on its way: a count and not a time, so that a slow machine judges the same.
 */
export async function expectBurstToLetOthersThrough(
  scene: Scene,
  { burstSize, maxShare }: { burstSize: number; maxShare: number },
): Promise<void> {
  const { receiver } = scene;
  const service = await scene.start();
  const busy = await scene.client(service);
  const quiet = new ApiClient(busy.url, busy.key, 'quiet');
  await busy.createEndpoint(`${receiver.url}/busy`);
  await quiet.createEndpoint(`${receiver.url}/quiet`);
  let left = burstSize;
  const send = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await busy.send();
    }
  };
  await Promise.all(Array.from({ length: 64 }, send));

  const deliveredOfBurst = () => receiver.requests.filter(({ url }) => url === '/busy').length;
  const before = deliveredOfBurst();
  const isQuiet = ({ url }: { url: string }) => url === '/quiet';
  const arrived = new Promise<number>((resolve) => {
    receiver.setScript((request) => {
      if (isQuiet(request)) resolve(deliveredOfBurst());
      return {};
    });
  });
  await quiet.send();
  const after = await arrived;
  // Otherwise there was no burst left for it to wait behind.
  expect(before).toBeLessThan(burstSize * (1 - 2 * maxShare));
  expect(after - before).toBeLessThan(burstSize * maxShare);
}
