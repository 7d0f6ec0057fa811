import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { packageRoot } from '../config/packageRoot.js';
import { workflowBundlePath, workflowsPath } from './workflowBundle.js';

/** Bundles the workflows, if their source or the lock file has changed since: bundling takes some seconds. */
const sources = ['workflows', 'src/contract', 'src/domain'].flatMap((folder) =>
  readdirSync(join(packageRoot, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .sort()
    .map((file) => join(packageRoot, folder, file)),
);
const hash = createHash('sha256');
const own = ['package-lock.json', 'src/temporal/buildWorkflowBundle.ts'];
for (const file of [...sources, ...own.map((path) => join(packageRoot, path))]) {
  hash.update(file.slice(packageRoot.length)).update('\0').update(readFileSync(file)).update('\0');
}
const stamp = `// sources: ${hash.digest('hex')}\n`;

const isUpToDate =
  existsSync(workflowBundlePath) && readFileSync(workflowBundlePath, 'utf8').startsWith(stamp);
if (!isUpToDate) {
  const { code } = await bundleWorkflowCode({
    workflowsPath,
    // Evaluated once per thread, not per workflow: no module of ours may keep anything of a run.
    preloadModules: [workflowsPath],
    logger: new DefaultLogger('WARN'),
  });
  await mkdir(dirname(workflowBundlePath), { recursive: true });
  // Renamed into its place, so that a start at the same time reads one or the other whole.
  await writeFile(`${workflowBundlePath}.new`, stamp + code);
  await rename(`${workflowBundlePath}.new`, workflowBundlePath);
}
