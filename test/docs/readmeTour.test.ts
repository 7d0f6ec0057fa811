import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageRoot } from '../../src/config/packageRoot.js';
import { type ServiceProcess, startServiceProcess } from '../faults/startServiceProcess.js';
import { eventually } from '../setup/eventually.js';
import { startReceiver } from '../setup/receiver.js';
import { readTour } from './tour/readTour.js';
import { type KnownNames, shows } from './tour/shape.js';
import { Shell } from './tour/shell.js';

const shownWithinMs = 30_000;

/** Of the machine, and nothing that a run of npm has set. */
const environment = {
  PATH: process.env['PATH'],
  HOME: process.env['HOME'],
  // `npx everhook` is what is installed in the folder, and nothing else.
  npm_config_offline: 'true',
};

let service: ServiceProcess;
const shells = new Map<string, Shell>();

beforeAll(async () => {
  const cliPath = process.env['TEMPORAL_CLI_PATH'];
  const settings = { PORT: '0', ...(cliPath === undefined ? {} : { TEMPORAL_CLI_PATH: cliPath }) };
  service = await startServiceProcess(settings, { withinMs: 300_000 });
  // As in a clone, whose own command npx finds.
  const commands = join(service.folder, 'node_modules', '.bin');
  mkdirSync(commands, { recursive: true });
  symlinkSync(join(packageRoot, 'bin', 'everhook.js'), join(commands, 'everhook'));
  // The Temporal server comes up after the API.
  await eventually(async () => expect((await fetch(`${service.url}/health/ready`)).ok).toBe(true), {
    withinMs: 60_000,
  });
}, 400_000);

afterAll(async () => {
  await Promise.all([...shells.values()].map((shell) => shell.interrupt()));
  await service.end('SIGINT');
});

function shellOf(terminal: string): Shell {
  const shell = shells.get(terminal) ?? new Shell(service.folder, environment);
  shells.set(terminal, shell);
  return shell;
}

/** What a terminal has shown since something was typed in it; the service's is the one that is `npm start`'s. */
function shownBy(terminal: string): string {
  return terminal === 'service' ? service.output() : shellOf(terminal).shown;
}

/** The ports of the README, and those that this run has instead. */
async function knownAddresses(): Promise<KnownNames> {
  const free = await startReceiver();
  await free.close();
  const { port } = new URL(service.url);
  return new Map([
    ['127.0.0.1:8080', `127.0.0.1:${port}`],
    ['localhost:8080', `localhost:${port}`],
    ['127.0.0.1:9999', `127.0.0.1:${free.port}`],
    ['--port 9999', `--port ${free.port}`],
  ]);
}

/** As the reader would type it: with this run's ports, and the delivery last seen where the README leaves its id out. */
function typedText(text: string, known: KnownNames): string {
  const lastDelivery = [...known.values()].findLast((name) => name.startsWith('dlv_'));
  let typed = text.replaceAll('dlv_…', () => lastDelivery ?? 'none was shown');
  for (const [written, real] of known) typed = typed.replaceAll(written, real);
  return typed;
}

describe('the tour of the README', () => {
  it('shows what the README says, command by command', { timeout: 300_000 }, async () => {
    const known = await knownAddresses();
    const tour = readTour();
    expect(tour.filter(({ kind }) => kind === 'typed').length).toBeGreaterThan(5);
    for (const { kind, terminal, text, line } of tour) {
      if (kind === 'typed') {
        await shellOf(terminal).type(typedText(text, known));
        // Only the listener goes on.
        if (terminal === 'here') await shellOf(terminal).untilEnded();
        continue;
      }
      const look = (): void => {
        const shown = shownBy(terminal);
        const message = `README.md, line ${line}:\n${text}\n\nbut ${terminal} shows:\n${shown}`;
        expect(shows(shown, text, known), message).toBe(true);
      };
      await eventually(look, { withinMs: terminal === 'here' ? 0 : shownWithinMs });
    }
  });
});

describe('what a start prints', () => {
  it('ends, typed as it is, in a visible delivery', { timeout: 120_000 }, async () => {
    const [, listen = '', send = ''] =
      /in this folder:\n\n(.*?)\n\nSend a first one:\n\n(.*?)\n\n/s.exec(service.output()) ?? [];
    expect([listen, send]).toEqual([
      expect.stringContaining('listen'),
      expect.stringContaining('curl'),
    ]);
    const [listener, here] = [shellOf('listener'), shellOf('here')];
    await listener.type(listen);
    await eventually(() => expect(listener.shown).toContain('Listening'), {
      withinMs: shownWithinMs,
    });
    await here.type(send);
    await here.untilEnded();
    const eventId = /evt_[\da-f-]{36}/.exec(here.shown)?.[0];
    expect(eventId, here.shown).toBeDefined();
    await eventually(
      () => expect(listener.shown).toContain(`${eventId}  attempt 1  signature ok  answered 200`),
      { withinMs: shownWithinMs },
    );
    expect(listener.shown).toContain('"data":{"greeting":"Hello"}');
    await listener.interrupt();
    expect(listener.shown).toContain('The endpoint is deleted.');
  });
});
