import { setTimeout as sleep } from 'node:timers/promises';
import { EmbeddedError } from './embeddedError.js';
import { processIdentity } from './processIdentity.js';

export interface StopStep {
  signal: NodeJS.Signals;
  /** How long to wait for the end before the next step. */
  waitMs: number;
}

const pollMs = 50;

/** Sends one signal after the other until the process has ended; throws when it outlives them all. */
export async function stopProcess(pid: number, steps: readonly StopStep[]): Promise<void> {
  const identity = processIdentity(pid);
  if (identity === undefined) return;
  for (const { signal, waitMs } of steps) {
    if (!sendSignal(pid, signal)) return;
    const deadline = Date.now() + waitMs;
    while (Date.now() < deadline) {
      await sleep(pollMs);
      if (processIdentity(pid) !== identity) return;
    }
  }
  throw new EmbeddedError(
    `Process ${pid} did not end; end it yourself (kill -9 ${pid}) and start again`,
  );
}

/** False where the process is gone already. */
function sendSignal(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}
