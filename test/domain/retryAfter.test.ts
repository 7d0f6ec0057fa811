import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maxRetryWaitSeconds } from '../../src/domain/limits.js';
import { parseRetryAfterMs } from '../../src/domain/retryAfter.js';

const nowMs = Date.UTC(2026, 1, 28, 23, 59, 0);
const maxWaitMs = maxRetryWaitSeconds * 1_000;

describe('parseRetryAfterMs', () => {
  it.each([
    ['0', 0],
    ['120', 120_000],
    [' 120 ', 120_000],
    ['0.25', 250],
    ['-5', 0],
    ['604800', maxWaitMs],
    ['604801', maxWaitMs],
    ['9'.repeat(400), maxWaitMs],
    ['Sun, 01 Mar 2026 00:00:00 GMT', 60_000],
    ['Mon, 01 Mar 2026 00:00:00 GMT', 60_000],
    ['Sunday, 01-Mar-26 00:00:00 GMT', 60_000],
    ['Sun Mar  1 00:00:00 2026', 60_000],
    ['Sat, 28 Feb 2026 23:59:60 GMT', 60_000],
    ['Sun, 06 Nov 1994 08:49:37 GMT', 0],
    ['Sunday, 06-Nov-94 08:49:37 GMT', 0],
    ['Sun Nov  6 08:49:37 1994', 0],
    ['Wed, 01 Jan 0001 00:00:00 GMT', 0],
    ['Thu, 01 Jan 9999 00:00:00 GMT', maxWaitMs],
    ['Thursday, 01-Jan-76 00:00:00 GMT', maxWaitMs],
    ['Friday, 01-Jan-77 00:00:00 GMT', 0],
  ])('%j asks for %d ms', (header, waitMs) => {
    expect(parseRetryAfterMs(header, nowMs)).toBe(waitMs);
  });

  it.each([
    '',
    'soon',
    '12s',
    '1e3',
    '0x10',
    '1,5',
    '120, 120',
    'Infinity',
    '2026-03-01T00:00:00Z',
    '3/1/2026',
    'Sun, 1 Mar 2026 00:00:00 GMT',
    'Sun, 01 Mar 2026 00:00:00',
    'Sun, 01 Mar 2026 00:00:00 +0100',
    'Sun, 01 Mar 2026 24:00:00 GMT',
    'Sun, 29 Feb 2026 00:00:00 GMT',
    'Sun, 00 Mar 2026 00:00:00 GMT',
    'Sun, 32 Mar 2026 00:00:00 GMT',
    'Sun, 99 Mar 2026 00:00:00 GMT',
    'sun, 01 mar 2026 00:00:00 gmt',
  ])('takes nothing from %j', (header) => {
    expect(parseRetryAfterMs(header, nowMs)).toBeNull();
  });

  it('takes nothing from a missing header', () => {
    expect(parseRetryAfterMs(undefined, nowMs)).toBeNull();
  });

  it('reads the date that a Date writes', () => {
    const date = fc.date({ min: new Date(0), max: new Date('2200-01-01'), noInvalidDate: true });
    fc.assert(
      fc.property(date, date, (at, now) => {
        const wholeSecondMs = Math.floor(at.getTime() / 1_000) * 1_000;
        const expected = Math.min(Math.max(wholeSecondMs - now.getTime(), 0), maxWaitMs);
        expect(parseRetryAfterMs(at.toUTCString(), now.getTime())).toBe(expected);
      }),
    );
  });

  it('is a whole number within bounds, or null, whatever comes', () => {
    const header = fc.oneof(fc.string(), fc.double().map(String), fc.integer().map(String));
    fc.assert(
      fc.property(header, (text) => {
        const waitMs = parseRetryAfterMs(text, nowMs);
        if (waitMs === null) return;
        expect(Number.isInteger(waitMs)).toBe(true);
        expect(waitMs).toBeGreaterThanOrEqual(0);
        expect(waitMs).toBeLessThanOrEqual(maxWaitMs);
      }),
    );
  });
});
