#!/usr/bin/env node
// The `everhook` command in a clone that may not have been built yet: builds it once, then hands over.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const packageRoot = dirname(dirname(fileURLToPath(import.meta.url)));
const program = join(packageRoot, 'dist', 'src', 'cli', 'everhook.js');

if (!existsSync(program)) build();
await import(pathToFileURL(program).href);

function build() {
  process.stderr.write('Building Everhook (once, half a minute) …\n');
  const { status } = spawnSync('npm', ['run', '--silent', 'build'], {
    cwd: packageRoot,
    // Standard output is the command's own.
    stdio: ['ignore', 2, 2],
  });
  if (status === 0) return;
  process.stderr.write(
    `everhook: it is not built and could not be: run \`npm ci && npm run build\` in ${packageRoot}.\n`,
  );
  process.exit(1);
}
