import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { freePort } from '../../src/embedded/freePort.js';
import { eventually } from '../setup/eventually.js';
import type { Example } from './installExample.js';

export interface RunningExample {
  url: string;
  /** What it has printed so far. */
  output(): string;
  /** The status of its answer to a request of any kind. */
  post(headers: Record<string, string>, body: string | Uint8Array): Promise<number>;
  end(): Promise<void>;
}

/** Starts an installed example on a free port and waits until it answers. */
export async function startExample(
  { start, path }: Example,
  folder: string,
  secret: string,
  variables: Record<string, string> = {},
): Promise<RunningExample> {
  const port = await freePort(0);
  const [command = '', ...commandArguments] = start;
  const child = spawn(command, commandArguments, {
    cwd: folder,
    env: { PATH: process.env['PATH'], WEBHOOK_SECRET: secret, PORT: String(port), ...variables },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  }
  const closed = once(child, 'close');
  const url = `http://127.0.0.1:${port}${path}`;
  const example: RunningExample = {
    url,
    output: () => output,
    async post(headers, body) {
      const answer = await fetch(url, { method: 'POST', headers, body: Buffer.from(body) });
      await answer.arrayBuffer();
      return answer.status;
    },
    async end() {
      child.kill('SIGKILL');
      await closed;
    },
  };
  try {
    await eventually(() => example.post({}, ''), { withinMs: 20_000 });
  } catch (cause) {
    await example.end();
    throw new Error(`The example doesn't answer:\n${output}`, { cause });
  }
  return example;
}
