import { execFile, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { hostEnvironment } from '../../src/config/hostEnvironment.js';
import { packageRoot } from '../../src/config/packageRoot.js';

/** A program that receives, as its reader installs and starts it: one of `examples/`, or of a test. */
export interface Example {
  name: string;
  /** Its folder, below the repository's. */
  source: string;
  /** Where it takes requests. */
  path: string;
  /** What must run for its language to be there, and what is missing where it doesn't. */
  probe: { command: string[]; missing: string };
  install: string[][];
  /** In its folder. */
  start: string[];
}

/** Where the registry is out of reach, npm would try for two minutes. */
const oneRetry = ['--fetch-retries=1', '--fetch-retry-mintimeout=1000'];

type Toolchain = Pick<Example, 'probe' | 'install'>;

export const npmPackage: Toolchain = {
  probe: { command: ['npm', '--version'], missing: "npm isn't here" },
  install: [['npm', 'install', '--no-audit', '--no-fund', '--prefer-offline', ...oneRetry]],
};

export const pythonProgram: Toolchain = {
  probe: {
    command: ['python3', '-c', 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 10))'],
    missing: "Python 3.10 or newer with venv isn't here",
  },
  install: [
    ['python3', '-m', 'venv', '.venv'],
    ['.venv/bin/pip', 'install', '--quiet', '--retries', '1', '-r', 'requirements.txt'],
  ],
};

const path = '/webhooks';

export const examples: readonly Example[] = [
  {
    ...{ name: 'express', source: 'examples/express', path, ...npmPackage },
    start: [process.execPath, 'receiver.js'],
  },
  {
    ...{ name: 'fastapi', source: 'examples/fastapi', path, ...pythonProgram },
    start: ['.venv/bin/python', 'receiver.py'],
  },
  {
    ...{ name: 'go', source: 'examples/go', path },
    probe: { command: ['go', 'version'], missing: "Go isn't here" },
    install: [['go', 'build', '-o', 'receiver', '.']],
    start: ['./receiver'],
  },
];

const installTimeoutMs = 180_000;

/** How npm, pip and Go say that a registry doesn't answer; anything else wrong is the example's fault. */
const outOfReach =
  /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|ENOTCACHED|NewConnectionError|ProxyError|ReadTimeoutError|dial tcp|no such host|TLS handshake timeout|i\/o timeout/;

/**
 * The folder of an installed copy, kept in the user's cache for as long as the example stays as it is; or why there
 * can't be one here. Throws where the installation fails for another reason.
 */
export async function installExample(
  example: Example,
): Promise<{ folder: string } | { skip: string }> {
  const [program = '', ...probe] = example.probe.command;
  if (spawnSync(program, probe).status !== 0) return { skip: example.probe.missing };
  const source = join(packageRoot, example.source);
  const cache = join(hostEnvironment.cacheDir, 'everhook', 'examples');
  const folder = join(cache, `${example.name}-${fingerprintOf(source, example)}`);
  if (existsSync(folder)) return { folder };
  mkdirSync(dirname(folder), { recursive: true });
  const draft = `${folder}.${process.pid}`;
  try {
    // Only what is in the repository: somebody may have tried the example where it is.
    for (const name of filesOf(source)) cpSync(join(source, name), join(draft, name));
    for (const step of example.install) await runIn(draft, step);
    // Another run may have been faster.
    if (!existsSync(folder)) renameSync(draft, folder);
    return { folder };
  } catch (error) {
    const {
      message,
      stdout = '',
      stderr = '',
    } = error as Error & { stdout?: string; stderr?: string };
    if (!outOfReach.test(stdout + stderr)) throw error;
    return { skip: `the registry can't be reached: ${message.split('\n')[0]}` };
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

async function runIn(folder: string, [command = '', ...commandArguments]: string[]): Promise<void> {
  const options = { cwd: folder, timeout: installTimeoutMs };
  await promisify(execFile)(command, commandArguments, options);
}

const filesOf = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => name)
    .sort();

function fingerprintOf(source: string, { install }: Example): string {
  const hash = createHash('sha256').update(JSON.stringify([install, process.version]));
  for (const name of filesOf(source)) hash.update(name).update(readFileSync(join(source, name)));
  return hash.digest('hex').slice(0, 16);
}
