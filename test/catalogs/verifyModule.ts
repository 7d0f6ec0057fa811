import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../src/config/packageRoot.js';
import { makeTempFolder } from '../setup/tempFolder.js';

/** A file with the recipe of docs/receiving.md, as a reader copies it. */
export function verifyModule(): string {
  const page = readFileSync(join(packageRoot, 'docs', 'receiving.md'), 'utf8');
  const code = /^```js\n(.*?)^```$/ms.exec(page)?.[1];
  if (code === undefined) throw new Error('docs/receiving.md has no code in JavaScript');
  const file = join(makeTempFolder('recipe'), 'verify.mjs');
  writeFileSync(file, code);
  return file;
}
