import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, renameSync } from 'node:fs';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { serverEnvironment } from '../config/hostEnvironment.js';
import { EmbeddedError } from './embeddedError.js';
import { stopProcess, type StopStep } from './stopProcess.js';

export interface ServerPlan {
  /** As the user knows it, for messages. */
  name: string;
  command: string;
  commandArguments: readonly string[];
  runAs?: { uid: number; gid: number };
  /** By default nothing of the user's but PATH and HOME. */
  environment?: NodeJS.ProcessEnv;
  /** What the server prints; that of the start before is kept as `<logFile>.1`. */
  logFile: string;
  isReady(pid: number): Promise<boolean>;
  readyWithinMs: number;
  stopSteps: readonly StopStep[];
}

export interface ServerProcess {
  pid: number;
  /** Settles when the process has ended, whoever ended it. */
  exited: Promise<void>;
  stop: () => Promise<void>;
}

const pollMs = 50;
const logTailLines = 15;
/** Of a line; Temporal's hold whole stack traces. */
const logTailChars = 500;

/**
 * Starts a server and waits until it is ready. It runs in a session of its own, writing to a file: so a Ctrl-C in
 * the terminal reaches only the service, which drains first and then stops its servers, and a service that is killed
 * leaves servers that still answer, for the next start to find. Throws `EmbeddedError` with the end of the log when
 * it ends early or is not ready in time.
 */
export async function startServerProcess(plan: ServerPlan): Promise<ServerProcess> {
  const child = launch(plan);
  let ended = false;
  const exited = new Promise<void>((resolve) => {
    child.once('exit', () => {
      ended = true;
      resolve();
    });
  });
  await spawned(child, plan);
  const pid = child.pid as number;
  const stop = () => (ended ? Promise.resolve() : stopProcess(pid, plan.stopSteps));
  try {
    await untilReady(plan, pid, () => ended);
  } catch (error) {
    await stop();
    throw error;
  }
  return { pid, exited, stop };
}

async function untilReady(plan: ServerPlan, pid: number, hasEnded: () => boolean): Promise<void> {
  const deadline = Date.now() + plan.readyWithinMs;
  while (!(await plan.isReady(pid))) {
    if (hasEnded())
      throw new EmbeddedError(`${plan.name} ended at once:\n${logTail(plan.logFile)}`);
    if (Date.now() > deadline) {
      throw new EmbeddedError(
        `${plan.name} was not ready within ${plan.readyWithinMs / 1_000} s:\n${logTail(plan.logFile)}`,
      );
    }
    await sleep(pollMs);
  }
}

async function spawned(child: ChildProcess, plan: ServerPlan): Promise<void> {
  try {
    await once(child, 'spawn');
  } catch (cause) {
    throw new EmbeddedError(
      `${plan.name} can't be started with ${plan.command}: ${(cause as Error).message}`,
      { cause },
    );
  }
}

function launch(plan: ServerPlan): ChildProcess {
  if (existsSync(plan.logFile)) renameSync(plan.logFile, `${plan.logFile}.1`);
  const log = openSync(plan.logFile, 'a', 0o600);
  const child = spawn(plan.command, plan.commandArguments, {
    detached: true,
    stdio: ['ignore', log, log],
    env: plan.environment ?? serverEnvironment,
    cwd: '/',
    ...plan.runAs,
  });
  closeSync(log);
  child.unref();
  return child;
}

function logTail(logFile: string): string {
  const lines = readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-logTailLines);
  return lines.map((line) => line.slice(0, logTailChars)).join('\n');
}
