import { execFile } from 'node:child_process';
import { mkdtempSync, renameSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** Where Temporal's SDKs download the server from. */
export const temporalDownloads = 'https://temporal.download';

const answerTimeoutMs = 10_000;
const archiveTimeoutMs = 180_000;
const unpackTimeoutMs = 60_000;

/**
 * Downloads the command to `target`, which appears whole or not at all. Throws whatever fails, after 10 s where
 * nobody answers. (The SDK's own function for this needs its native runtime, which isn't there yet.)
 */
export async function downloadTemporal(
  downloads: string,
  version: string,
  target: string,
  signal: AbortSignal,
): Promise<void> {
  const arch = process.arch === 'x64' ? 'amd64' : process.arch;
  const url = `${downloads}/cli/archive/v${version}?platform=${process.platform}&arch=${arch}`;
  const draft = mkdtempSync(`${target}.download-`);
  try {
    const archive = join(draft, 'archive.tar.gz');
    await writeFile(archive, await fetchBytes(url, signal));
    const unpack = ['-xzf', archive, '-C', draft, 'temporal'];
    await promisify(execFile)('tar', unpack, { timeout: unpackTimeoutMs, signal });
    renameSync(join(draft, 'temporal'), target);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

async function fetchBytes(url: string, signal: AbortSignal): Promise<Uint8Array> {
  const silence = new AbortController();
  const timer = setTimeout(() => {
    silence.abort(new Error(`${url} did not answer within ${answerTimeoutMs / 1_000} s`));
  }, answerTimeoutMs);
  const whole = AbortSignal.timeout(archiveTimeoutMs);
  try {
    const answer = await fetch(url, { signal: AbortSignal.any([silence.signal, whole, signal]) });
    clearTimeout(timer);
    if (!answer.ok) throw new Error(`${url} answered ${answer.status}`);
    return new Uint8Array(await answer.arrayBuffer());
  } finally {
    clearTimeout(timer);
  }
}
