import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { hostEnvironment } from '../../src/config/hostEnvironment.js';

const run = promisify(execFile);
const downloadTimeoutMs = 60_000;

/**
 * Prometheus's own checker: from PATH, from the user's cache, or out of the Debian package `prometheus`, which is
 * downloaded and unpacked into the cache, without root's rights and without a Prometheus that starts. Or why there is
 * none here.
 */
export async function findPromtool(): Promise<{ path: string } | { skip: string }> {
  const { searchPath, cacheDir } = hostEnvironment;
  const cached = join(cacheDir, 'everhook', 'promtool');
  const found = [...searchPath.map((folder) => join(folder, 'promtool')), cached].find(existsSync);
  if (found !== undefined) return { path: found };
  mkdirSync(dirname(cached), { recursive: true });
  const draft = mkdtempSync(`${cached}.draft-`);
  try {
    const options = { cwd: draft, timeout: downloadTimeoutMs };
    await run('apt-get', ['download', 'prometheus'], options);
    const archive = readdirSync(draft).find((name) => name.endsWith('.deb'));
    if (archive === undefined) return { skip: 'apt-get downloads no package prometheus' };
    await run('dpkg-deb', ['--extract', archive, 'unpacked'], options);
    renameSync(join(draft, 'unpacked', 'usr', 'bin', 'promtool'), cached);
    return { path: cached };
  } catch (error) {
    const [reason] = (error as Error).message.split('\n');
    return { skip: `promtool isn't here, nor Debian's package with it: ${reason}` };
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

/** What it prints of something that is as it should be. Otherwise it throws, with what promtool says. */
export async function runPromtool(
  path: string,
  promtoolArguments: readonly string[],
  input = '',
): Promise<string> {
  const running = run(path, [...promtoolArguments], { timeout: 30_000 });
  running.child.stdin?.end(input);
  try {
    const { stdout, stderr } = await running;
    return stdout + stderr;
  } catch (error) {
    const { message, stdout, stderr } = error as Error & { stdout: string; stderr: string };
    throw new Error([message, stdout, stderr].join('\n'), { cause: error });
  }
}
