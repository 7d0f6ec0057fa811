import { runCommandLine } from '../../src/cli/runCommandLine.js';
import type { Terminal } from '../../src/cli/terminal.js';

/** A command that runs in this process, on a terminal that keeps what is written. */
export interface RunningCommand {
  out(): string;
  err(): string;
  /** As Ctrl-C does. */
  stop(): void;
  /** What the process would end with. */
  code: Promise<number>;
}

interface Given {
  environment?: Record<string, string>;
  input?: string;
  screen?: { columns: number; rows: number };
}

export function startCommand(commandLine: readonly string[], given: Given = {}): RunningCommand {
  let [out, err] = ['', ''];
  const stopping = new AbortController();
  const terminal: Terminal = {
    environment: { EVERHOOK_DATA_DIR: '/nonexistent', ...given.environment },
    out: (text) => void (out += text),
    err: (text) => void (err += text),
    screen: given.screen ?? null,
    usesColour: false,
    readInput: async () => given.input ?? '',
    untilStopped: () => stopping.signal,
  };
  const code = runCommandLine(commandLine, terminal);
  return { out: () => out, err: () => err, stop: () => stopping.abort(), code };
}

export interface EndedCommand {
  code: number;
  out: string;
  err: string;
}

/** Runs a command to its end. */
export async function runCommand(
  commandLine: readonly string[],
  given: Given = {},
): Promise<EndedCommand> {
  const running = startCommand(commandLine, given);
  const code = await running.code;
  return { code, out: running.out(), err: running.err() };
}

/** The JSON values that a command printed, one per line. */
export function jsonLines(out: string): unknown[] {
  return out
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as unknown);
}
