import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changeHealth, type EndpointHealth, type Outcomes } from '../../src/domain/circuit.js';

const bounds = {
  failuresToOpen: 5,
  firstProbeMs: 1_000,
  maxProbeMs: 60_000,
  disableAfterMs: 100_000,
};
const well: EndpointHealth = {
  ...{ consecutiveFailures: 0, openForMs: null, failedProbes: 0, warnedForMs: null, enabled: true },
};
const failed = (failures: number, changes: Partial<Outcomes> = {}): Outcomes => ({
  ...{ failures, succeeded: false, probed: false, retryAfterMs: 0, lastAnswer: '503' },
  ...changes,
});
const answered = failed(0, { succeeded: true, lastAnswer: null });

describe("an endpoint's health", () => {
  it('opens the circuit with the last of so many failures in a row, once', () => {
    expect(changeHealth(well, failed(4), bounds, 0)).toMatchObject({
      ...{ consecutiveFailures: 4, circuit: 'stays', probeInMs: null },
    });
    const four = { ...well, consecutiveFailures: 4 };
    expect(changeHealth(four, failed(1), bounds, 0)).toMatchObject({
      ...{ consecutiveFailures: 5, circuit: 'opens', probeInMs: 1_000, failedProbes: 0 },
    });
    const open = { ...well, consecutiveFailures: 5, openForMs: 10 };
    expect(changeHealth(open, failed(3), bounds, 0)).toMatchObject({
      ...{ consecutiveFailures: 8, circuit: 'stays', probeInMs: null },
    });
  });

  it('counts from the last success on', () => {
    const four = { ...well, consecutiveFailures: 4 };
    expect(changeHealth(four, failed(2, { succeeded: true }), bounds, 0)).toMatchObject({
      ...{ consecutiveFailures: 2, circuit: 'stays' },
    });
  });

  it('doubles the wait with each probe that failed, up to the longest, with a tenth of jitter', () => {
    const waits = [0, 1, 2, 5, 6, 40].map((failedProbes) => {
      const open = { ...well, consecutiveFailures: 9, openForMs: 10, failedProbes };
      return changeHealth(open, failed(1, { probed: true }), bounds, 0).probeInMs;
    });
    expect(waits).toEqual([2_000, 4_000, 8_000, 60_000, 60_000, 60_000]);
    const open = { ...well, consecutiveFailures: 9, openForMs: 10 };
    expect(changeHealth(open, failed(1, { probed: true }), bounds, 1).probeInMs).toBe(2_200);
  });

  it('waits for as long as the receiver asked, where that is longer', () => {
    const open = { ...well, consecutiveFailures: 9, openForMs: 10 };
    const asked = failed(1, { probed: true, retryAfterMs: 3_600_000 });
    expect(changeHealth(open, asked, bounds, 0).probeInMs).toBe(3_600_000);
  });

  it('closes the circuit with a success', () => {
    const open = { ...well, consecutiveFailures: 9, openForMs: 50_000, failedProbes: 4 };
    expect(changeHealth(open, answered, bounds, 0)).toEqual({
      ...{ consecutiveFailures: 0, circuit: 'closes', isOpen: false, failedProbes: 0 },
      probeInMs: null,
      ...{ warns: false, disables: false },
    });
  });

  it('warns once after a fifth of the time, and disables after all of it', () => {
    const open = { ...well, consecutiveFailures: 9, openForMs: 19_999 };
    const probe = failed(1, { probed: true });
    expect(changeHealth(open, probe, bounds, 0)).toMatchObject({ warns: false, disables: false });
    const later = { ...open, openForMs: 20_000 };
    expect(changeHealth(later, probe, bounds, 0)).toMatchObject({ warns: true, disables: false });
    const warned = { ...later, warnedForMs: 1 };
    expect(changeHealth(warned, probe, bounds, 0)).toMatchObject({ warns: false, disables: false });
    const over = { ...warned, openForMs: 100_000, warnedForMs: 80_000 };
    expect(changeHealth(over, probe, bounds, 0)).toMatchObject({ disables: true });
    const disabled = { ...over, enabled: false };
    expect(changeHealth(disabled, probe, bounds, 0)).toMatchObject({ disables: false });
  });

  it('disables nobody who was not warned in time, as one to which nothing was sent for days', () => {
    const idle = { ...well, consecutiveFailures: 9, openForMs: 500_000 };
    const probe = failed(1, { probed: true });
    expect(changeHealth(idle, probe, bounds, 0)).toMatchObject({ warns: true, disables: false });
    const warned = { ...idle, warnedForMs: 79_999 };
    expect(changeHealth(warned, probe, bounds, 0)).toMatchObject({ warns: false, disables: false });
    const inTime = { ...idle, warnedForMs: 80_000 };
    expect(changeHealth(inTime, probe, bounds, 0)).toMatchObject({ disables: true });
  });

  it('is open exactly after enough failures in a row, whatever comes', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 60 }), (successes) => {
        let health = well;
        let inRow = 0;
        for (const succeeded of successes) {
          const change = changeHealth(health, succeeded ? answered : failed(1), bounds, 0);
          inRow = succeeded ? 0 : inRow + 1;
          const { isOpen } = change;
          const was = health.openForMs !== null;
          expect(change.circuit).toBe(was === isOpen ? 'stays' : isOpen ? 'opens' : 'closes');
          expect(isOpen).toBe(inRow >= bounds.failuresToOpen);
          expect(change.consecutiveFailures).toBe(inRow);
          health = { ...health, ...change, openForMs: isOpen ? 1 : null };
        }
      }),
    );
  });
});
