import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findClusterPrograms } from '../../src/embedded/cluster/findClusterPrograms.js';
import { EmbeddedError } from '../../src/embedded/embeddedError.js';
import { readStackRecord } from '../../src/embedded/stackRecord.js';
import { ApiClient } from '../e2e/apiClient.js';
import { builtDist } from '../setup/builtDist.js';
import { eventually } from '../setup/eventually.js';

export interface ClusterProcess {
  /** What it has printed so far. */
  output(): string;
  /** What runs now, by name. */
  processes(): Record<string, { pid: number; at: string }>;
  /** A product of the tenant `acme`, over that API. */
  client(api: string): ApiClient;
  /** SIGKILL; resolves when it is back as another process. */
  killAndWait(name: string): Promise<void>;
  /** As Ctrl-C does; the exit code, or the signal that ended it. */
  end(): Promise<number | NodeJS.Signals | null>;
}

/** Why there can be no cluster here; undefined where there can. Builds its programs where they aren't there yet. */
export async function clusterFlaw(): Promise<string | undefined> {
  try {
    const { signal } = new AbortController();
    await findClusterPrograms({ progress: () => undefined, signal });
    return undefined;
  } catch (error) {
    const hasGo = spawnSync('go', ['version']).status === 0;
    if (hasGo || !(error instanceof EmbeddedError)) throw error;
    return "Go isn't here, nor is a Temporal server that was built before";
  }
}

/** Starts `everhook cluster` on a data folder and waits until it is up. */
export async function startClusterProcess(dataDir: string): Promise<ClusterProcess> {
  const command = join(await builtDist(), 'src', 'cli', 'everhook.js');
  const child = spawn(process.execPath, [command, 'cluster'], {
    env: { ...process.env, EVERHOOK_DATA_DIR: dataDir, PORT: '0' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  }
  const ended = once(child, 'close').then(
    ([code, signal]: (number | NodeJS.Signals | null)[]) => code ?? signal ?? null,
  );
  const folder = join(dataDir, 'cluster');
  const processes = () => readStackRecord(folder)?.processes ?? {};
  const place = (name: string): { pid: number; at: string } => {
    const found = processes()[name];
    if (found === undefined) throw new Error(`No ${name} is on record:\n${output}`);
    return found;
  };
  await eventually(() => expectLine(output, 'Ctrl-C ends all'), { withinMs: 120_000 });
  return {
    output: () => output,
    processes,
    client(api) {
      const keys = JSON.parse(readFileSync(join(folder, 'keys.json'), 'utf8')) as { test: string };
      return new ApiClient(place(api).at, keys.test, 'acme');
    },
    async killAndWait(name) {
      const { pid } = place(name);
      process.kill(pid, 'SIGKILL');
      await eventually(
        () => {
          if (place(name).pid === pid) throw new Error(`${name} isn't back:\n${output}`);
        },
        { withinMs: 60_000 },
      );
    },
    async end() {
      child.kill('SIGINT');
      return await ended;
    },
  };
}

function expectLine(output: string, text: string): void {
  if (!output.includes(text)) throw new Error(`The cluster doesn't come up:\n${output}`);
}
