import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SendingShares } from '../../src/delivery/sendingShares.js';

type Leave = (() => void) | null;

async function enterMany(
  shares: SendingShares,
  count: number,
  endpointOf: (n: number) => string,
  tenant = 'acme',
): Promise<Leave[]> {
  return await Promise.all(
    Array.from({ length: count }, (_, n) => shares.enter(endpointOf(n), tenant)),
  );
}

const entered = (all: Leave[]) => all.filter((leave) => leave !== null);

describe('SendingShares', () => {
  it('lets ten into an endpoint at once; the others leave for the queue, or enter when a place is given back', async () => {
    const shares = new SendingShares();
    const first = await enterMany(shares, 13, () => 'one');
    expect(entered(first)).toHaveLength(10);
    expect(await shares.enter('one', 'acme')).toBeNull();
    const waiting = shares.enter('one', 'acme');
    entered(first)[0]?.();
    expect(await waiting).not.toBeNull();
    expect(await shares.enter('two', 'acme')).not.toBeNull();
  });

  it('gives a place back once, however often it is told to', async () => {
    const shares = new SendingShares();
    const first = await enterMany(shares, 10, () => 'one');
    first[0]?.();
    first[0]?.();
    expect(await shares.enter('one', 'acme')).not.toBeNull();
    expect(await shares.enter('one', 'acme')).toBeNull();
  });

  it('lets one in whose place came free in the turn in which its time ran out', async () => {
    const shares = new SendingShares();
    const first = await enterMany(shares, 10, () => 'one');
    const waiting = shares.enter('one', 'acme');
    // Its wait is over before this timer, which stands for an answer read late.
    setTimeout(() => first[0]?.(), 100);
    const busyUntilMs = Date.now() + 150;
    while (Date.now() < busyUntilMs);
    expect(await waiting).not.toBeNull();
  });

  it('lets 256 in at once, all of them of one tenant while no other waits', async () => {
    const shares = new SendingShares();
    const all = await enterMany(shares, 300, (n) => `endpoint ${n}`);
    expect(entered(all)).toHaveLength(256);
  });

  it('gives a tenant no more than half while another waits', async () => {
    const shares = new SendingShares();
    const busy = await enterMany(shares, 256, (n) => `busy ${n}`);
    const more = shares.enter('busy more', 'acme');
    const quiet = shares.enter('quiet', 'other');
    entered(busy)[0]?.();
    expect(await quiet).not.toBeNull();
    expect(await more).toBeNull();
  });

  it('takes a place back once, however often it is given back', async () => {
    const shares = new SendingShares();
    const [leave] = entered(await enterMany(shares, 10, () => 'one'));
    leave?.();
    leave?.();
    expect(await shares.enter('one', 'acme')).not.toBeNull();
    expect(await shares.enter('one', 'acme')).toBeNull();
  });

  it('counts right whatever comes and goes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat({ max: 3 }), { maxLength: 60 }), async (steps) => {
        const shares = new SendingShares();
        const inside: (() => void)[] = [];
        for (const step of steps) {
          if (step === 0) inside.shift()?.();
          else if (inside.length < 10) {
            const leave = await shares.enter('one', `tenant ${step}`);
            expect(leave).not.toBeNull();
            if (leave !== null) inside.push(leave);
          }
        }
        for (const leave of inside) leave();
        const all = await enterMany(shares, 10, () => 'one');
        expect(entered(all)).toHaveLength(10);
      }),
      { numRuns: 50 },
    );
  });
});
