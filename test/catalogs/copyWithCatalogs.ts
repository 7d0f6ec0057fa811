import { execFile } from 'node:child_process';
import { cpSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { packageRoot } from '../../src/config/packageRoot.js';
import { builtDist } from '../setup/builtDist.js';
import { makeTempFolder } from '../setup/tempFolder.js';

const buildTimeoutMs = 300_000;
const fixtures = join(packageRoot, 'test', 'catalogs', 'fixtures');
const copied = [
  ...['src', 'activities', 'workflows', 'bench', 'package.json', '.dependency-cruiser.cjs'],
  ...['tsconfig.json', 'tsconfig.build.json', 'dist'],
];

const run = promisify(execFile);

/**
 * A copy of the program, built, to which folders of `fixtures/` have been added below `src/catalogs/` and nothing else
 * was done. A folder may come under another name, which then stands in its index too.
 */
export async function copyWithCatalogs(added: Record<string, string>): Promise<string> {
  // What is compiled already need not be again.
  await builtDist();
  const folder = makeTempFolder('copy');
  for (const part of copied) {
    cpSync(join(packageRoot, part), join(folder, part), { recursive: true });
  }
  symlinkSync(join(packageRoot, 'node_modules'), join(folder, 'node_modules'));
  for (const [name, fixture] of Object.entries(added)) {
    const target = join(folder, 'src', 'catalogs', name);
    cpSync(join(fixtures, fixture), target, { recursive: true });
    const index = join(target, 'index.ts');
    writeFileSync(index, readFileSync(index, 'utf8').replaceAll(`'${fixture}'`, `'${name}'`));
  }
  const tsc = join(packageRoot, 'node_modules', 'typescript', 'bin', 'tsc');
  await runIn(folder, [tsc, '-p', 'tsconfig.build.json']);
  return folder;
}

/** What a program of Node printed; throws, with all of it, where it fails. */
export async function runIn(folder: string, commandArguments: string[]): Promise<string> {
  try {
    const options = { cwd: folder, timeout: buildTimeoutMs, maxBuffer: 16 * 1024 * 1024 };
    return (await run(process.execPath, commandArguments, options)).stdout;
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    throw new Error(`${commandArguments[0]} failed:\n${stdout}${stderr}`, { cause: error });
  }
}
