import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startReceiver, type Receiver } from '../setup/receiver.js';
import { startTestService, type TestService } from './startTestService.js';

const startsInFlight = 5;
const timeoutMs = 12_000;

let service: TestService;
let hanging: Receiver;
let healthy: Receiver;

beforeAll(async () => {
  [service, hanging, healthy] = await Promise.all([
    startTestService({ EVERHOOK_STARTS_IN_FLIGHT: String(startsInFlight) }),
    startReceiver(() => new Promise(() => undefined)),
    startReceiver(),
  ]);
});
afterAll(async () => {
  await hanging.close();
  await service.stop();
  await healthy.close();
});

describe('a tenant whose receivers hang', () => {
  it('holds up no other tenant', async () => {
    const [bad, good] = await Promise.all([service.clientOf('bad'), service.clientOf('good')]);
    await good.createEndpoint(healthy.url);
    await bad.createEndpoint(hanging.url, { timeoutMs, retrySchedule: [] });
    for (let sent = 0; sent < 2 * startsInFlight; sent += 1) await bad.send();
    await hanging.waitFor(startsInFlight);
    const begunAt = Date.now();
    for (let sent = 0; sent < 3; sent += 1) {
      await good.send();
      await sleep(500);
    }
    const [first] = await healthy.waitFor(3);
    // Below the time-out, by more than the starts on a busy machine take.
    expect((first?.receivedAt ?? 0) - begunAt).toBeLessThan(timeoutMs / 2);
    expect(hanging.requests).toHaveLength(startsInFlight);
  });
});
