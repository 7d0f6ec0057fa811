import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { builtDist } from '../setup/builtDist.js';
import { eventually } from '../setup/eventually.js';
import { makeTempFolder } from '../setup/tempFolder.js';

export interface ServiceProcess {
  /** Where it was started. */
  folder: string;
  /** Where its API, or its health alone, listens. */
  url: string;
  /** What it has printed so far. */
  output(): string;
  /** Sends a signal and waits for the end; the exit code, or the signal that ended it. */
  end(signal: NodeJS.Signals): Promise<number | NodeJS.Signals | null>;
}

/**
 * Starts the compiled service, or another at `main`, as a process of its own, in a folder of its own, and waits until it
 * listens.
 */
export async function startServiceProcess(
  settings: Record<string, string>,
  { withinMs = 30_000, main }: { withinMs?: number; main?: string } = {},
): Promise<ServiceProcess> {
  const process = await spawnService(settings, main);
  const url = await eventually(
    () => {
      const found = /API {2,}(http:\S+)/.exec(process.output())?.[1];
      if (found === undefined) throw new Error(`It doesn't listen:\n${process.output()}`);
      return found;
    },
    { withinMs },
  );
  return { url, ...process };
}

/** A start that has to fail: its exit code and what it printed. */
export async function startRefused(
  settings: Record<string, string>,
): Promise<{ code: number | NodeJS.Signals | null; output: string }> {
  const process = await spawnService(settings);
  return { code: await process.ended, output: process.output() };
}

async function spawnService(settings: Record<string, string>, given?: string) {
  const main = given ?? join(await builtDist(), 'src', 'main.js');
  const folder = makeTempFolder('service');
  // The folder among the arguments: what is left of an interrupted run is found and ended by it.
  const child = spawn(process.execPath, [main, join(folder, 'service')], {
    cwd: folder,
    env: { PATH: process.env['PATH'], ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  }
  const ended = once(child, 'close').then(
    ([code, signal]: (number | NodeJS.Signals | null)[]) => code ?? signal ?? null,
  );
  return {
    folder,
    output: () => output,
    ended,
    async end(signal: NodeJS.Signals) {
      child.kill(signal);
      return await ended;
    },
  };
}
