import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { hostEnvironment } from '../config/hostEnvironment.js';
import { packageRoot } from '../config/packageRoot.js';
import { buildTemporal } from './buildTemporal.js';
import { downloadTemporal, temporalDownloads } from './downloadTemporal.js';
import { EmbeddedError } from './embeddedError.js';
import { temporalFlaw } from './temporalFlaw.js';
import { temporalVersion } from './temporalVersion.js';
import { waitForFileLock } from './waitForFileLock.js';

export interface FindTemporalOptions {
  /** TEMPORAL_CLI_PATH: this one or none. */
  cliPath?: string;
  /** Told what takes long; by default written to standard error. */
  progress?: (line: string) => void;
  /** Ends a download or a build. */
  signal?: AbortSignal;
  /** Where to look; by default PATH, the user's cache, Temporal's downloads, `tools/temporal`. */
  places?: Partial<TemporalPlaces>;
}

export interface TemporalPlaces {
  searchPath: readonly string[];
  cacheDir: string;
  downloads: string;
  toolsFolder: string;
}

const defaultPlaces: TemporalPlaces = {
  ...hostEnvironment,
  downloads: temporalDownloads,
  toolsFolder: join(packageRoot, 'tools', 'temporal'),
};

/**
 * The path of a `temporal` command that works: TEMPORAL_CLI_PATH, otherwise from PATH, the user's cache, a download or
 * a build, the last two kept in the cache. Throws `EmbeddedError` that lists what was tried.
 */
export async function findTemporal(options: FindTemporalOptions = {}): Promise<string> {
  if (options.cliPath !== undefined) return useGiven(options.cliPath);
  const places = { ...defaultPlaces, ...options.places };
  const tried: string[] = [];
  const onPath = places.searchPath.map((folder) => join(folder, 'temporal')).find(existsSync);
  if (onPath === undefined) tried.push('PATH: no `temporal` there');
  else if (await isUsable(onPath, tried)) return onPath;
  return fromCache(places, options, tried);
}

async function useGiven(cliPath: string): Promise<string> {
  const flaw = await temporalFlaw(cliPath);
  if (flaw === undefined) return cliPath;
  throw new EmbeddedError(
    `TEMPORAL_CLI_PATH=${cliPath} ${flaw}. Set it to the Temporal command, or unset it.`,
  );
}

async function fromCache(
  places: TemporalPlaces,
  options: FindTemporalOptions,
  tried: string[],
): Promise<string> {
  const version = temporalVersion(places.toolsFolder);
  const folder = join(places.cacheDir, 'everhook', `temporal-${version}`);
  const target = join(folder, 'temporal');
  if (existsSync(target) && (await isUsable(target, tried))) return target;
  const progress = options.progress ?? ((line) => process.stderr.write(`${line}\n`));
  const signal = options.signal ?? new AbortController().signal;
  mkdirSync(folder, { recursive: true });
  const lock = await waitForFileLock(join(folder, 'lock'), 'the Temporal server', progress, signal);
  try {
    if (existsSync(target) && (await isUsable(target, []))) return target;
    tried.push(`cache: no usable ${target}`);
    await obtain(places, version, target, { progress, signal, tried });
    return target;
  } finally {
    lock.release();
  }
}

async function obtain(
  places: TemporalPlaces,
  version: string,
  target: string,
  run: { progress: (line: string) => void; signal: AbortSignal; tried: string[] },
): Promise<void> {
  const ways = {
    download: () => downloadTemporal(places.downloads, version, target, run.signal),
    build: () => buildTemporal(places.toolsFolder, target, run.progress, run.signal),
  };
  for (const [way, obtainIt] of Object.entries(ways)) {
    try {
      await obtainIt();
      const flaw = await temporalFlaw(target);
      if (flaw === undefined) return;
      run.tried.push(`${way}: ${target} ${flaw}`);
    } catch (error) {
      run.signal.throwIfAborted();
      run.tried.push(`${way}: ${reason(error)}`);
    }
  }
  throw new EmbeddedError(nothingFound(run.tried, version));
}

function nothingFound(tried: readonly string[], version: string): string {
  return [
    'No Temporal server could be found or made. Tried:',
    ...tried.map((line) => `  - ${line}`),
    `Install the Temporal CLI ${version} (https://docs.temporal.io/cli) so that \`temporal\` is on the PATH or named by TEMPORAL_CLI_PATH,`,
    'or install Go 1.26 or newer (https://go.dev/dl) so that it can be built,',
    'or set TEMPORAL_ADDRESS to a Temporal server of your own.',
  ].join('\n');
}

/** fetch says only "fetch failed", and why in the cause. */
function reason(error: unknown): string {
  const { message, cause } = error as Error;
  return cause instanceof Error ? `${message}: ${cause.message}` : message;
}

async function isUsable(binary: string, tried: string[]): Promise<boolean> {
  const flaw = await temporalFlaw(binary);
  if (flaw !== undefined) tried.push(`${binary} ${flaw}`);
  return flaw === undefined;
}
