import { fileURLToPath } from 'node:url';
import { findProcesses } from '../../embedded/findProcesses.js';
import { freePort } from '../../embedded/freePort.js';
import { startServerProcess, type ServerProcess } from '../../embedded/serverProcess.js';
import { stopProcess } from '../../embedded/stopProcess.js';
import { untilStarted } from '../../embedded/untilStarted.js';

export interface MemberOptions {
  name: string;
  /** What its process is found by; nothing needs to be there. */
  mark: string;
  logFile: string;
  environment: NodeJS.ProcessEnv;
  shutdownGraceMs: number;
  /** Any free one is taken where this one is not; 0 prefers none. */
  preferredPort: number;
  /** For one that comes back where its clients look for it. */
  portIsFixed?: boolean;
}

export interface Member extends ServerProcess {
  port: number;
  url: string;
}

const main = fileURLToPath(new URL('../../main.js', import.meta.url));
const readyWithinMs = 60_000;
const answerTimeoutMs = 5_000;

/** A port taken just now by another program. */
const passing = /EADDRINUSE/;

/** Starts a process of the service on 127.0.0.1. Resolves when every part of it is ready. Throws `EmbeddedError`. */
export async function startMember(options: MemberOptions): Promise<Member> {
  return await untilStarted(() => startOnce(options), passing);
}

/** Stops that of a cluster that was killed. The data folder must be locked. */
export async function stopLeftMember(mark: string, shutdownGraceMs: number): Promise<void> {
  for (const pid of findProcesses([main, mark])) await stopProcess(pid, stopSteps(shutdownGraceMs));
}

async function startOnce(options: MemberOptions): Promise<Member> {
  const { name, mark, logFile, preferredPort, shutdownGraceMs } = options;
  const port = options.portIsFixed ? preferredPort : await freePort(preferredPort);
  const url = `http://127.0.0.1:${port}`;
  const server = await startServerProcess({
    name,
    command: process.execPath,
    commandArguments: ['--enable-source-maps', main, mark],
    environment: { ...options.environment, PORT: String(port), HOST: '127.0.0.1' },
    logFile,
    isReady: () => isReady(url),
    readyWithinMs,
    stopSteps: stopSteps(shutdownGraceMs),
  });
  return { ...server, port, url };
}

function stopSteps(shutdownGraceMs: number) {
  return [
    { signal: 'SIGTERM', waitMs: shutdownGraceMs + 5_000 },
    { signal: 'SIGKILL', waitMs: 5_000 },
  ] as const;
}

async function isReady(url: string): Promise<boolean> {
  try {
    const signal = AbortSignal.timeout(answerTimeoutMs);
    const answer = await fetch(`${url}/health/ready`, { signal });
    const { parts } = (await answer.json()) as { parts?: Record<string, string> };
    return answer.ok && Object.values(parts ?? { none: '' }).every((part) => part === 'ok');
  } catch {
    // It doesn't listen yet.
    return false;
  }
}
