import { describe, expect, it } from 'vitest';
import { createGuardedLookup } from '../../src/delivery/guardedLookup.js';
import { loopbackGuard, resolver } from './senders.js';

function ask(addresses: string[], all: boolean): Promise<unknown[]> {
  const lookup = createGuardedLookup(loopbackGuard, resolver(addresses));
  return new Promise((resolve) =>
    lookup('hook.example.com', { all }, (...answer) => resolve(answer)),
  );
}

describe('createGuardedLookup', () => {
  it('answers in the shape that it is asked for', async () => {
    const addresses = ['127.0.0.1', '2600::1'];
    expect(await ask(addresses, false)).toEqual([null, '127.0.0.1', 4]);
    expect(await ask(addresses, true)).toEqual([
      null,
      [
        { address: '127.0.0.1', family: 4 },
        { address: '2600::1', family: 6 },
      ],
    ]);
  });

  it.each([true, false])('refuses the name for one address, all: %s', async (all) => {
    const [error] = await ask(['127.0.0.1', '192.168.0.1'], all);
    expect(error).toMatchObject({
      failure: 'unreachable',
      message: 'hook.example.com leads to 192.168.0.1, which is refused',
    });
  });
});
