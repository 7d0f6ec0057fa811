import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startReceiver, type Receiver } from '../setup/receiver.js';
import { startTestService, type TestService } from './startTestService.js';

const startsInFlight = 5;
const timeoutMs = 12_000;

let service: TestService;
let hanging: Receiver;
let healthy: Receiver;

// Each with a service of its own: what hangs in one would be in the way of the other.
beforeEach(async () => {
  [service, hanging, healthy] = await Promise.all([
    startTestService({ EVERHOOK_STARTS_IN_FLIGHT: String(startsInFlight) }),
    startReceiver(() => new Promise(() => undefined)),
    startReceiver(),
  ]);
});
afterEach(async () => {
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

  it('holds up no other tenant where there are many such', async () => {
    const good = await service.clientOf('good');
    await good.createEndpoint(healthy.url);
    const names = Array.from({ length: 2 * startsInFlight - 2 }, (_, index) => `bad-${index}`);
    const bad = await Promise.all(names.map((name) => service.clientOf(name)));
    for (const client of bad) {
      await client.createEndpoint(hanging.url, { timeoutMs, retrySchedule: [] });
    }
    for (let sent = 0; sent < 3; sent += 1) for (const client of bad) await client.send();
    await hanging.waitFor(bad.length);
    const begunAt = Date.now();
    await good.send();
    await healthy.waitFor(1);
    expect(Date.now() - begunAt).toBeLessThan(timeoutMs / 2);
  });
});
