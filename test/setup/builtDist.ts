import { join } from 'node:path';
import { packageRoot } from '../../src/config/packageRoot.js';
import { askHarness } from './harness.js';

/** The folder of the compiled program, built once per run, for tests that start it as a process of its own. */
export async function builtDist(): Promise<string> {
  await askHarness('build');
  return join(packageRoot, 'dist');
}
