import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

/** What the embedded stack takes from the user's environment; not settings of the service. */
export const hostEnvironment = {
  /** The folders of PATH. */
  searchPath: (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== ''),
  /** Where this user's programs keep what can be made again (XDG base directories). */
  cacheDir: process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'),
} as const;

/** For tools that need the user's whole environment (proxies, Go's own variables). */
export function inheritedEnvironment(overrides: Record<string, string>): NodeJS.ProcessEnv {
  return { ...process.env, ...overrides };
}

/**
 * For the embedded servers: nothing of the service's environment, since it holds secrets, and since both servers
 * would take `PG…` and `TEMPORAL_…` variables for options of their own.
 */
export const serverEnvironment: NodeJS.ProcessEnv = {
  PATH: process.env['PATH'] ?? '',
  HOME: homedir(),
  LC_ALL: 'C',
};
