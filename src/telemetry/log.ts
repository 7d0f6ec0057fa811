import pino from 'pino';
import type { SettingValues } from '../config/settings.js';

export type Log = pino.Logger;

/**
 * JSON lines on standard output unless told, one per outcome. No secret and no payload is ever given to it. Lines are
 * written many at a time, at the latest after 100 ms, and when the process ends; what SIGKILL takes is told by the
 * attempts in Postgres, too. (A system call for each line was 2 % of a delivery's CPU.)
 */
export function createLog(
  level: SettingValues['logLevel'],
  destination: pino.DestinationStream = pino.destination({
    dest: 1,
    sync: false,
    minLength: 4_096,
    periodicFlush: 100,
  }),
): Log {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    serializers: { err: withoutRows },
    formatters: { level: (label: string) => ({ level: label }) },
  };
  return pino(options, destination);
}

/** Beside its message an error of Postgres quotes rows and parameters, payloads among them. */
const quoting = new Set(['detail', 'where', 'internalQuery']);

function withoutRows(error: Error): object {
  const shown = pino.stdSerializers.err(error);
  return Object.fromEntries(Object.entries(shown).filter(([name]) => !quoting.has(name)));
}
