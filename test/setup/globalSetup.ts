import { constants } from 'node:os';
import type { TestProject } from 'vitest/node';
import { startHarness } from './harnessServer.js';
import { makeRunFolder } from './runFolder.js';

/** One harness per run; what was started ends with the run, also when that is interrupted. */
export default async function globalSetup(project: TestProject): Promise<() => Promise<void>> {
  const folder = makeRunFolder();
  process.once('exit', folder.erase);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => process.exit(128 + constants.signals[signal]));
  }
  const harness = await startHarness(folder.path);
  project.provide('runFolder', folder.path);
  project.provide('harnessUrl', harness.url);
  return harness.stop;
}
