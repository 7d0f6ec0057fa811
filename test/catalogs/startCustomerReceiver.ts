import type { TestContext } from 'vitest';
import { type Example, installExample } from '../examples/installExample.js';
import { type RunningExample, startExample } from '../examples/startExample.js';

/** The first run installs from the registries. */
export const installTimeoutMs = 300_000;

/**
 * Starts a receiver as a system's customers write it, for one test; where it can't be installed, the test is skipped.
 * `given`: the secret that it verifies with, and environment variables.
 */
export async function startCustomerReceiver(
  example: Example,
  context: TestContext,
  { secret = 'unused', ...variables }: { secret?: string; [variable: string]: string } = {},
): Promise<RunningExample> {
  const installed = await installExample(example);
  const folder = 'skip' in installed ? context.skip(installed.skip) : installed.folder;
  const running = await startExample(example, folder, secret, variables);
  context.onTestFinished(() => running.end());
  return running;
}
