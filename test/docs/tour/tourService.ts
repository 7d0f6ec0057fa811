import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { packageRoot } from '../../../src/config/packageRoot.js';
import { type ServiceProcess, startServiceProcess } from '../../faults/startServiceProcess.js';
import { eventually } from '../../setup/eventually.js';
import { startReceiver } from '../../setup/receiver.js';
import type { TourBlock } from './readTour.js';
import { type KnownNames, shows } from './shape.js';
import { Shell } from './shell.js';

export const shownWithinMs = 30_000;

/** Of the machine, and nothing that a run of npm has set. */
const environment = {
  PATH: process.env['PATH'],
  HOME: process.env['HOME'],
  // `npx everhook` is what is installed in the folder, and nothing else.
  npm_config_offline: 'true',
};

/** `npm start` as a reader of the documentation has it, and terminals in its folder. */
export class TourService {
  readonly #shells = new Map<string, Shell>();

  private constructor(readonly service: ServiceProcess) {}

  static async start(): Promise<TourService> {
    const cliPath = process.env['TEMPORAL_CLI_PATH'];
    const settings = {
      PORT: '0',
      ...(cliPath === undefined ? {} : { TEMPORAL_CLI_PATH: cliPath }),
    };
    const service = await startServiceProcess(settings, { withinMs: 300_000 });
    // As in a clone, whose own command npx finds.
    const commands = join(service.folder, 'node_modules', '.bin');
    mkdirSync(commands, { recursive: true });
    symlinkSync(join(packageRoot, 'bin', 'everhook.js'), join(commands, 'everhook'));
    // The Temporal server comes up after the API.
    await eventually(
      async () => expect((await fetch(`${service.url}/health/ready`)).ok).toBe(true),
      { withinMs: 60_000 },
    );
    return new TourService(service);
  }

  shellOf(terminal: string): Shell {
    const shell = this.#shells.get(terminal) ?? new Shell(this.service.folder, environment);
    this.#shells.set(terminal, shell);
    return shell;
  }

  /** Types what is typed, and waits for what the page says is then shown. `page` names it in failures. */
  async take(page: string, tour: readonly TourBlock[]): Promise<void> {
    const known = await this.#knownAddresses();
    for (const { kind, terminal, text, line } of tour) {
      if (kind === 'typed') {
        await this.shellOf(terminal).type(typedText(text, known));
        // Only the listener goes on.
        if (terminal === 'here') await this.shellOf(terminal).untilEnded();
        continue;
      }
      const look = (): void => {
        const shown = this.#shownBy(terminal);
        const message = `${page}, line ${line}:\n${text}\n\nbut ${terminal} shows:\n${shown}`;
        expect(shows(shown, text, known), message).toBe(true);
      };
      await eventually(look, { withinMs: terminal === 'here' ? 0 : shownWithinMs });
    }
  }

  async interruptShells(): Promise<void> {
    await Promise.all([...this.#shells.values()].map((shell) => shell.interrupt()));
  }

  async stop(): Promise<void> {
    await this.interruptShells();
    await this.service.end('SIGINT');
  }

  /** What a terminal has shown since something was typed in it; the service's is the one that is `npm start`'s. */
  #shownBy(terminal: string): string {
    return terminal === 'service' ? this.service.output() : this.shellOf(terminal).shown;
  }

  /** The ports of the pages, and those that this run has instead. */
  async #knownAddresses(): Promise<KnownNames> {
    const free = await startReceiver();
    await free.close();
    const { port } = new URL(this.service.url);
    return new Map([
      ['127.0.0.1:8080', `127.0.0.1:${port}`],
      ['localhost:8080', `localhost:${port}`],
      ['127.0.0.1:9999', `127.0.0.1:${free.port}`],
      ['--port 9999', `--port ${free.port}`],
    ]);
  }
}

/** As the reader would type it: with this run's ports, and the id last seen where the page leaves one out. */
function typedText(text: string, known: KnownNames): string {
  let typed = text.replaceAll(/(dlv|ep)_…/g, (_, prefix: string) => lastOf(prefix, known));
  for (const [written, real] of known) typed = typed.replaceAll(written, real);
  return typed;
}

function lastOf(prefix: string, known: KnownNames): string {
  return [...known.values()].findLast((name) => name.startsWith(`${prefix}_`)) ?? 'none was shown';
}
