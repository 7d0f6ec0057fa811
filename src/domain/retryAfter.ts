import { maxRetryWaitSeconds } from './limits.js';

const months = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

const clock = '(?<hour>[01][0-9]|2[0-3]):(?<minute>[0-5][0-9]):(?<second>[0-5][0-9]|60)';
const shortDay = '(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)';
const longDay = '(?:Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)';
const month = `(?<month>${months.join('|')})`;

/** RFC 9110, section 5.6.7: IMF-fixdate, and the two that a recipient must still understand. */
const httpDates = [
  new RegExp(`^${shortDay}, (?<day>[0-9]{2}) ${month} (?<year>[0-9]{4}) ${clock} GMT$`),
  new RegExp(`^${longDay}, (?<day>[0-9]{2})-${month}-(?<year>[0-9]{2}) ${clock} GMT$`),
  new RegExp(`^${shortDay} ${month} (?<day>[0-9]{2}| [0-9]) ${clock} (?<year>[0-9]{4})$`),
];

/**
 * How long a receiver asks to be left alone (RFC 9110, section 10.2.3), in whole milliseconds from `nowMs`, at most
 * `maxRetryWaitSeconds`; 0 for a moment that has passed; null where the header is missing or neither seconds nor an
 * HTTP date. Fractions and negative seconds break the RFC but are sent, and mean something: both are taken.
 */
export function parseRetryAfterMs(header: string | undefined, nowMs: number): number | null {
  const value = header?.trim() ?? '';
  const waitMs = /^-?[0-9]+(?:\.[0-9]+)?$/.test(value)
    ? Math.ceil(Number(value) * 1_000)
    : untilHttpDate(value, nowMs);
  if (waitMs === null) return null;
  return Math.min(Math.max(waitMs, 0), maxRetryWaitSeconds * 1_000);
}

/** Not `Date.parse`: beside the RFC's forms it takes whatever the engine likes, some of it in local time. */
function untilHttpDate(value: string, nowMs: number): number | null {
  for (const form of httpDates) {
    const parts = form.exec(value)?.groups;
    if (parts === undefined) continue;
    const part = (name: string): number => Number(parts[name]);
    const year = parts['year']?.length === 2 ? fullYear(part('year'), nowMs) : part('year');
    const monthIndex = months.indexOf(parts['month'] ?? '');
    const date = new Date(0);
    date.setUTCFullYear(year, monthIndex, part('day'));
    // No such day in that month: it ran over into another.
    if (date.getUTCMonth() !== monthIndex) return null;
    return date.setUTCHours(part('hour'), part('minute'), part('second')) - nowMs;
  }
  return null;
}

/** RFC 9110, section 5.6.7: two digits that seem more than 50 years ahead are of a century before. */
function fullYear(twoDigits: number, nowMs: number): number {
  const latest = new Date(nowMs).getUTCFullYear() + 50;
  return latest - ((latest - twoDigits) % 100);
}
