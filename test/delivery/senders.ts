import type { LookupAddress } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { onTestFinished } from 'vitest';
import { createAddressGuard } from '../../src/delivery/address/addressGuard.js';
import { createSender, type Sender, type SenderOptions } from '../../src/delivery/sender.js';

/** Allows 127.0.0.0/8 alone, and http everywhere. */
export const loopbackGuard = createAddressGuard({
  allowNetworks: ['127.0.0.0/8'],
  allowHttp: true,
});

/** A sender that may reach this machine; it is closed with its test. */
export function testSender(options: Partial<SenderOptions> = {}): Sender {
  const sender = createSender({ guard: loopbackGuard, maxResponseBytes: 4_096, ...options });
  onTestFinished(() => sender.close());
  return sender;
}

/** A resolver whose n-th answer is the n-th of those given, and from then on the last; counts its questions. */
export function resolver(...answers: string[][]): LookupFunction & { asked: () => number } {
  let asked = 0;
  const lookup: LookupFunction = (_hostname, _options, callback) => {
    const addresses = answers[Math.min(asked, answers.length - 1)] ?? [];
    asked += 1;
    const found: LookupAddress[] = addresses.map((address) => ({ address, family: isIP(address) }));
    setImmediate(() => callback(null, found));
  };
  return Object.assign(lookup, { asked: () => asked });
}

export function post(url: string, timeoutMs = 5_000, body = '{"a":1}') {
  return { url, timeoutMs, body, headers: { 'content-type': 'application/json' } };
}
