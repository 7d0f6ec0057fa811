import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findProcesses } from '../findProcesses.js';
import { freePort } from '../freePort.js';
import { startServerProcess, type ServerProcess } from '../serverProcess.js';
import { stopProcess } from '../stopProcess.js';
import { untilStarted } from '../untilStarted.js';

export interface TemporalUiOptions {
  /** Absolute; made when absent. Holds its settings. */
  folder: string;
  logFile: string;
  /** The program `temporal-ui-server`. */
  program: string;
  temporalAddress: string;
  namespace: string;
  /** Any free one is taken where this one is not; 0 prefers none. */
  preferredPort: number;
  /** For one that comes back where its users look for it. */
  portIsFixed?: boolean;
}

export interface TemporalUi extends ServerProcess {
  port: number;
  url: string;
}

const stopSteps = [
  { signal: 'SIGTERM', waitMs: 5_000 },
  { signal: 'SIGKILL', waitMs: 5_000 },
] as const;

const readyWithinMs = 30_000;
const answerTimeoutMs = 2_000;

/** A port taken just now by another program. */
const passing = /address already in use/;

/** Which of its settings files it reads, `<folder>/everhook.yaml`. */
const settingsName = 'everhook';

/** Starts Temporal's Web UI on 127.0.0.1. Resolves when it answers. Throws `EmbeddedError`. */
export async function startTemporalUi(options: TemporalUiOptions): Promise<TemporalUi> {
  mkdirSync(options.folder, { recursive: true });
  return untilStarted(() => startOnce(options), passing);
}

/** Stops that of a cluster that was killed. The data folder must be locked. */
export async function stopLeftTemporalUi(folder: string): Promise<void> {
  for (const pid of findProcesses(['--config', folder])) await stopProcess(pid, stopSteps);
}

async function startOnce(options: TemporalUiOptions): Promise<TemporalUi> {
  const { folder, program, logFile, preferredPort } = options;
  const port = options.portIsFixed ? preferredPort : await freePort(preferredPort);
  const url = `http://127.0.0.1:${port}`;
  writeFileSync(join(folder, `${settingsName}.yaml`), settingsText(options, port));
  const server = await startServerProcess({
    name: "Temporal's Web UI",
    command: program,
    commandArguments: ['--root', '/', '--config', folder, '--env', settingsName, 'start'],
    logFile,
    isReady: () => answers(`${url}/healthz`),
    readyWithinMs,
    stopSteps,
  });
  return { ...server, port, url };
}

/** JSON, which is YAML too. As the development server has it: for a browser on this machine, over plain HTTP. */
function settingsText({ temporalAddress, namespace }: TemporalUiOptions, port: number): string {
  const settings = {
    temporalGrpcAddress: temporalAddress,
    host: '127.0.0.1',
    port,
    enableUi: true,
    defaultNamespace: namespace,
    disableNewsFetch: true,
    hideLogs: true,
    cors: {
      cookieInsecure: true,
      allowOrigins: [`http://127.0.0.1:${port}`, `http://localhost:${port}`],
    },
  };
  return `${JSON.stringify(settings, null, 2)}\n`;
}

async function answers(url: string): Promise<boolean> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(answerTimeoutMs) });
    return answer.ok;
  } catch {
    // It doesn't listen yet.
    return false;
  }
}
