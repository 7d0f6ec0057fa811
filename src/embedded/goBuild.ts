import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { renameSync, rmSync } from 'node:fs';
import { inheritedEnvironment } from '../config/hostEnvironment.js';

export interface GoBuild {
  /** Of the module that pins what is built. */
  toolsFolder: string;
  goPackage: string;
  linkerFlags: string;
  /** The program, which appears whole or not at all. */
  target: string;
  /** As the user knows it, for the progress. */
  name: string;
  progress: (line: string) => void;
  signal: AbortSignal;
}

const timeoutMs = 20 * 60_000;
const progressEveryMs = 15_000;
const keptOutputChars = 2_000;

/** Builds a program with Go, telling every 15 s that it still does. Throws with the end of Go's output where it fails. */
export async function goBuild(build: GoBuild): Promise<void> {
  const draft = `${build.target}.build-${process.pid}`;
  const begin = Date.now();
  const ticker = setInterval(() => {
    build.progress(`Building ${build.name}: ${Math.round((Date.now() - begin) / 1_000)} s`);
  }, progressEveryMs);
  try {
    await runGo(build, draft);
    renameSync(draft, build.target);
  } finally {
    clearInterval(ticker);
    rmSync(draft, { force: true });
  }
}

async function runGo(build: GoBuild, draft: string): Promise<void> {
  const { toolsFolder, goPackage, linkerFlags, signal } = build;
  const go = spawn('go', ['build', '-o', draft, '-ldflags', linkerFlags, goPackage], {
    cwd: toolsFolder,
    env: inheritedEnvironment({ CGO_ENABLED: '0' }),
    stdio: ['ignore', 'ignore', 'pipe'],
    signal: AbortSignal.any([AbortSignal.timeout(timeoutMs), signal]),
  });
  let output = '';
  go.stderr.setEncoding('utf8').on('data', (text: string) => {
    output = (output + text).slice(-keptOutputChars);
  });
  const [code, killedBy] = (await once(go, 'close')) as [number | null, string | null];
  if (code !== 0) throw new Error(`go build ended with ${code ?? killedBy}: ${output.trim()}`);
}
