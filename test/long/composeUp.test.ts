import { execFile, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { packageRoot } from '../../src/config/packageRoot.js';
import { ApiClient, onlyDelivery } from '../e2e/apiClient.js';
import { makeTempFolder } from '../setup/tempFolder.js';

const run = promisify(execFile);
const project = 'everhook-test';

/** Null where the file can be brought up here. */
function whyNot(): string | null {
  if (spawnSync('docker', ['info']).status !== 0) return 'there is no Docker engine here';
  if (spawnSync('docker', ['compose', 'version']).status !== 0) return "Docker Compose isn't here";
  return null;
}

it('docker compose up delivers, and goes on without one of each', async (context) => {
  const reason = whyNot();
  if (reason !== null) context.skip(reason);
  const folder = makeTempFolder('compose-up');
  await run(process.execPath, [join(packageRoot, 'scripts', 'makeEnv.mjs'), folder]);
  const compose = async (...words: string[]): Promise<string> => {
    const { stdout } = await run(
      'docker',
      ['compose', '--project-name', project, '--env-file', join(folder, '.env'), ...words],
      { cwd: packageRoot, maxBuffer: 64 * 1024 * 1024 },
    );
    return stdout.trim();
  };
  context.onTestFinished(async () => void (await compose('down', '--volumes')));

  await compose('up', '--build', '--detach', '--wait');
  const key = await compose('exec', '-T', 'api-1', 'everhook', 'keys', 'create', 'a test');
  // Nobody is there: what counts is that the attempt is made.
  const attempted = async (port: number): Promise<void> => {
    const client = new ApiClient(`http://127.0.0.1:${port}`, key, `by-${port}`);
    await client.createEndpoint('https://receiver.invalid/', { retrySchedule: [3_600] });
    const event = await client.send();
    const { lastAnswer } = await client.until(onlyDelivery(event), 'retrying', 30_000);
    expect(lastAnswer).toBe('unreachable');
  };
  await attempted(8080);
  await compose('kill', 'api-1', 'worker-1');
  await attempted(8081);
  // Stopped as they should be: exit code 0, within their grace.
  await compose('stop', 'api-2', 'worker-2');
  const states = await compose('ps', '--all', '--format', '{{.Service}} {{.ExitCode}}');
  expect(states.split('\n')).toEqual(expect.arrayContaining(['api-2 0', 'worker-2 0']));
});
