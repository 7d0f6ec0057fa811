import { readFileSync } from 'node:fs';
import { type Command, InvalidArgumentError } from 'commander';
import { idPrefixes, parseId, type IdKind } from '../domain/ids.js';
import type { Environment } from '../domain/words.js';
import { tenantIdPattern } from '../domain/tenantId.js';
import type { Terminal } from './terminal.js';
import { UsageError } from './usageError.js';

/** The options of the program itself, which may stand before or after the command. */
export interface CommonOptions {
  json?: true;
  environment?: Environment;
}

export function commonOptions(command: Command): CommonOptions {
  return command.optsWithGlobals<CommonOptions>();
}

/** One of a few words. */
export function choice<T extends string>(allowed: readonly T[]): (text: string) => T {
  return (text) => {
    const found = allowed.find((one) => one === text);
    if (found === undefined) throw new InvalidArgumentError(`It is one of: ${allowed.join(', ')}.`);
    return found;
  };
}

/** A whole number from `lowest` to `highest`. */
export function wholeNumber(lowest: number, highest: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= lowest && value <= highest) return value;
    throw new InvalidArgumentError(`It is a whole number from ${lowest} to ${highest}.`);
  };
}

/** An id as the API shows it. */
export function shownId(kind: IdKind): (text: string) => string {
  return (text) => {
    if (parseId(kind, text) !== null) return text;
    throw new InvalidArgumentError(`It is ${idPrefixes[kind]}_ and a UUID.`);
  };
}

/** An id that a product gives. */
function ownId(whose: string): (text: string) => string {
  return (text) => {
    if (tenantIdPattern.test(text)) return text;
    throw new InvalidArgumentError(
      `${whose} id has 1 to 128 of the characters A-Z a-z 0-9 . _ : @ -, and is not . or ..`,
    );
  };
}

export const tenantId = ownId('A tenant');
export const importId = ownId('An import');

const momentText = 'a moment with a time zone: 2027-01-31T00:00:00Z';

/** A moment as the API takes it. */
export function givenMoment(text: string): string {
  // The API is stricter still; this is for what Date would take in the machine's own time zone.
  const isMoment =
    /^\d{4}-\d\d-\d\dT.*(Z|[+-]\d\d:\d\d)$/.test(text) && !Number.isNaN(Date.parse(text));
  if (isMoment) return text;
  throw new InvalidArgumentError(`It is ${momentText}.`);
}

const unitMs: Record<string, number> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** A moment of the past: as the API takes it, or as so long ago: `90s`, `30m`, `2h`, `7d`. */
export function moment(text: string): string {
  const [, count, unit = ''] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  if (count === undefined) {
    if (/^\d{4}-/.test(text)) return givenMoment(text);
    throw new InvalidArgumentError(`It is so long ago (90s, 30m, 2h, 7d), or ${momentText}.`);
  }
  return new Date(Date.now() - Number(count) * (unitMs[unit] ?? 0)).toISOString();
}

/** Of what is found by its tenant alone. */
export interface TenantOption {
  tenant: string;
}

/** Of a list: which page of it. */
export function pageOptions(list: Command): Command {
  return list
    .option('-n, --limit <count>', 'how many', wholeNumber(1, 250), 50)
    .option('--cursor <text>', 'where the list before ended');
}

/** As they are given. */
export interface PageOptions {
  limit: number;
  cursor?: string;
}

/** A repeatable option whose values are gathered into a list. */
export function each<T>(parse: (text: string) => T): (text: string, before?: T[]) => T[] {
  return (text, before = []) => [...before, parse(text)];
}

export function httpUrl(text: string): string {
  if (/^https?:\/\//i.test(text) && URL.canParse(text)) return text;
  throw new InvalidArgumentError('It is an address such as http://127.0.0.1:3000/hooks.');
}

/** A repeatable `name=value`; values of the same name are gathered into a list. */
export function nameValue(
  text: string,
  before: Record<string, string | string[]> = {},
): Record<string, string | string[]> {
  const [, name, value] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
  if (name === undefined || value === undefined) {
    throw new InvalidArgumentError('It is a name, = and a value.');
  }
  const already = before[name];
  return { ...before, [name]: already === undefined ? value : [already, value].flat() };
}

/** A text as it stands, `@file` for that of a file, `-` for that of standard input. */
export async function textGiven(given: string, terminal: Terminal): Promise<string> {
  if (given === '-') return await terminal.readInput();
  if (!given.startsWith('@')) return given;
  try {
    return readFileSync(given.slice(1), 'utf8');
  } catch (cause) {
    throw new UsageError(`The file can't be read: ${(cause as Error).message}`, { cause });
  }
}
