import type { TestContext } from 'vitest';
import { type Example, installExample } from '../examples/installExample.js';
import { type RunningExample, startExample } from '../examples/startExample.js';

/** The first run installs from the registries. */
export const installTimeoutMs = 300_000;

/** Starts a receiver as a system's customers write it, for one test; where it can't be installed, the test is skipped. */
export async function startCustomerReceiver(
  example: Example,
  context: TestContext,
): Promise<RunningExample> {
  const installed = await installExample(example);
  const folder = 'skip' in installed ? context.skip(installed.skip) : installed.folder;
  const running = await startExample(example, folder, 'unused');
  context.onTestFinished(() => running.end());
  return running;
}
