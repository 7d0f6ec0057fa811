import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

/** Where a Chromium is, or why there is none. */
export type FoundChromium = { path: string } | { skip: string };

const installTimeoutMs = 240_000;
const names = ['chromium', 'chromium-browser', 'google-chrome'];

/**
 * The one that `CHROMIUM_PATH` names, else from the PATH, else installed from the system's packages, for which one has to
 * be root on a Debian. Rejected: the browsers that Playwright downloads, 300 MB from a server of its own.
 */
export async function findChromium(): Promise<FoundChromium> {
  const given = process.env['CHROMIUM_PATH'];
  if (given !== undefined) {
    if (existsSync(given)) return { path: given };
    throw new Error(`CHROMIUM_PATH=${given} isn't there.`);
  }
  const found = onPath(names);
  if (found !== undefined) return { path: found };
  if (onPath(['apt-get']) === undefined || process.getuid?.() !== 0) {
    return { skip: "Chromium isn't here, and only root can install it, by apt-get" };
  }
  try {
    await install();
  } catch (error) {
    return { skip: `Chromium isn't here, and can't be installed: ${lastLine(error)}` };
  }
  const installed = onPath(names);
  if (installed !== undefined) return { path: installed };
  return { skip: "Chromium isn't here; the package was installed, and brought none" };
}

function onPath(programs: readonly string[]): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  return programs
    .flatMap((program) => folders.map((folder) => join(folder, program)))
    .find(existsSync);
}

/** What the machine knows of its packages may be too old for their servers, or nothing. */
async function install(): Promise<void> {
  const chromium = ['install', '-y', '--no-install-recommends', 'chromium'];
  try {
    await aptGet(chromium);
  } catch {
    await aptGet(['update']);
    await aptGet(chromium);
  }
}

async function aptGet(given: string[]): Promise<void> {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await promisify(execFile)('apt-get', ['-qq', ...given], { env, timeout: installTimeoutMs });
}

function lastLine(error: unknown): string {
  const { stderr = '', message } = error as Error & { stderr?: string };
  return stderr.trim().split('\n').at(-1) || message;
}
