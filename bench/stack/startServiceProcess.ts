import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { randomBytes } from 'node:crypto';
import { openSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { request } from 'undici';
import { inheritedEnvironment } from '../../src/config/hostEnvironment.js';
import { freePort } from '../../src/embedded/freePort.js';
import { stopProcess } from '../../src/embedded/stopProcess.js';
import type { Undo } from '../../src/service/undo.js';

const mainPath = fileURLToPath(new URL('../../src/main.js', import.meta.url));
const readyWithinMs = 60_000;
const pollMs = 100;
const stopSteps = [
  { signal: 'SIGTERM', waitMs: 60_000 },
  { signal: 'SIGKILL', waitMs: 5_000 },
] as const;

export interface ServiceOptions {
  folder: string;
  databaseUrl: string;
  temporalAddress: string;
  encryptionKeys: string;
}

/** What seals secrets in one database, for as long as it lives. */
export function makeEncryptionKeys(): string {
  return `k1:${randomBytes(32).toString('base64')}`;
}

/** The service with all its roles and default settings, logging to a file. Resolves when it reaches both servers. */
export async function startServiceProcess(
  options: ServiceOptions,
  undo: Undo,
): Promise<{ pid: number; url: string }> {
  const port = await freePort(0);
  const log = openSync(join(options.folder, 'service.log'), 'a');
  const child = spawn(process.execPath, ['--enable-source-maps', mainPath], {
    stdio: ['ignore', log, log],
    env: inheritedEnvironment({
      PORT: String(port),
      DATABASE_URL: options.databaseUrl,
      TEMPORAL_ADDRESS: options.temporalAddress,
      EVERHOOK_ENCRYPTION_KEYS: options.encryptionKeys,
      EVERHOOK_ALLOW_NETWORKS: '127.0.0.0/8',
    }),
  });
  await once(child, 'spawn');
  const pid = child.pid as number;
  undo.add(() => stopProcess(pid, stopSteps));
  const url = `http://127.0.0.1:${port}`;
  await untilReady(url);
  return { pid, url };
}

async function untilReady(url: string): Promise<void> {
  const deadlineMs = Date.now() + readyWithinMs;
  while (!(await isReady(url))) {
    if (Date.now() > deadlineMs) throw new Error(`The service at ${url} is not ready`);
    await sleep(pollMs);
  }
}

async function isReady(url: string): Promise<boolean> {
  try {
    const { body } = await request(`${url}/health/ready`);
    const { parts } = (await body.json()) as { parts: Record<string, string> };
    return Object.values(parts).every((part) => part === 'ok');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ECONNREFUSED') return false;
    throw error;
  }
}
