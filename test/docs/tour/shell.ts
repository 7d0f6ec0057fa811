import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { eventually } from '../../setup/eventually.js';

const commandTimeoutMs = 60_000;

/** A terminal with bash in it, in a folder; commands share its variables until Ctrl-C. */
export class Shell {
  #bash: ChildProcess | null = null;
  #output = '';
  /** The mark that follows what was typed last. */
  #mark = '';

  constructor(
    private readonly folder: string,
    private readonly environment: Record<string, string | undefined>,
  ) {}

  /** What was shown since the last command was typed. */
  get shown(): string {
    return this.#output;
  }

  /** Types a command. If one is still running, Ctrl-C ends it first, and its variables with it. */
  async type(command: string): Promise<void> {
    if (this.#bash !== null && !this.#hasEnded()) await this.interrupt();
    this.#bash ??= this.#start();
    this.#output = '';
    this.#mark = `ended ${randomUUID()}`;
    // What reads its standard input must not read what is typed next; through one pipe all comes in its order.
    this.#bash.stdin?.write(`{ ${command}\n} </dev/null 2>&1\necho; echo '${this.#mark}'\n`);
  }

  async untilEnded(): Promise<void> {
    const check = (): void => {
      if (!this.#hasEnded()) throw new Error(`It goes on:\n${this.#output}`);
    };
    await eventually(check, { withinMs: commandTimeoutMs });
  }

  /** Ctrl-C: SIGINT to whatever runs in the terminal. */
  async interrupt(): Promise<void> {
    const bash = this.#bash;
    this.#bash = null;
    if (bash?.pid === undefined || bash.exitCode !== null || bash.signalCode !== null) return;
    const ended = once(bash, 'close');
    bash.stdin?.end();
    process.kill(-bash.pid, 'SIGINT');
    await ended;
  }

  #hasEnded(): boolean {
    return this.#output.includes(`\n${this.#mark}\n`);
  }

  #start(): ChildProcess {
    // The folder among the arguments: what an interrupted run has left is found and ended by it.
    const bash = spawn('bash', ['-s', join(this.folder, 'terminal')], {
      cwd: this.folder,
      env: this.environment,
      // A process group of its own, as a terminal gives.
      detached: true,
      stdio: 'pipe',
    });
    for (const stream of [bash.stdout, bash.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => (this.#output += text));
    }
    return bash;
  }
}
