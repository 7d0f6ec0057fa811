import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { packageRoot } from '../../src/config/packageRoot.js';

const timeoutMs = 300_000;
const run = promisify(execFile);

/** As `npm run build`: the service and the workflow bundle, for tests that start real processes. */
export async function buildDist(): Promise<Record<string, never>> {
  const tsc = join(packageRoot, 'node_modules', 'typescript', 'bin', 'tsc');
  const bundle = join(packageRoot, 'dist', 'src', 'temporal', 'buildWorkflowBundle.js');
  for (const commandArguments of [[tsc, '-p', 'tsconfig.build.json'], [bundle]]) {
    try {
      await run(process.execPath, commandArguments, { cwd: packageRoot, timeout: timeoutMs });
    } catch (error) {
      const { stdout, stderr } = error as { stdout: string; stderr: string };
      throw new Error(`The build failed:\n${stdout}${stderr}`, { cause: error });
    }
  }
  return {};
}
