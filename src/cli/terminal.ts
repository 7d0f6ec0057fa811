/** What a command reads from and writes to; tests give their own. */
export interface Terminal {
  environment: NodeJS.ProcessEnv;
  /** Results, for people and for pipes. */
  out: (text: string) => void;
  /** Everything else: progress, hints, errors. */
  err: (text: string) => void;
  /** The size of a screen that can be drawn over; null where the output goes to a file or a pipe. */
  screen: { columns: number; rows: number } | null;
  usesColour: boolean;
  readInput(): Promise<string>;
  /** Aborted when the user wants to stop (Ctrl-C). Only commands that go on until then ask for it. */
  untilStopped(): AbortSignal;
}

/** The terminal of this process. */
export function processTerminal(): Terminal {
  const { stdout, stderr, env } = process;
  // `everhook deliveries list | head`: whoever reads has seen enough.
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
  return {
    environment: env,
    out: (text) => void stdout.write(text),
    err: (text) => void stderr.write(text),
    screen: stdout.isTTY ? { columns: stdout.columns, rows: stdout.rows } : null,
    usesColour: stdout.isTTY && !env['NO_COLOR'] && env['TERM'] !== 'dumb',
    readInput: readAll,
    untilStopped: onceStopped,
  };
}

async function readAll(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

/** A second signal ends the process at once, as signals do where nobody listens. */
function onceStopped(): AbortSignal {
  const stopping = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => stopping.abort());
  }
  return stopping.signal;
}
