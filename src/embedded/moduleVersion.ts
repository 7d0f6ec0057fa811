import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The version of a Go module that `tools/temporal/go.mod` pins, without the `v`. Throws where it requires none. */
export function moduleVersion(toolsFolder: string, module: string): string {
  const modFile = join(toolsFolder, 'go.mod');
  const lines = readFileSync(modFile, 'utf8').split('\n');
  const words = lines.map((line) =>
    line
      .replace(/^require\b/, '')
      .trim()
      .split(/\s+/),
  );
  const version = words.find(([name, text]) => name === module && text?.startsWith('v'))?.[1];
  if (version === undefined) throw new Error(`${modFile} requires no ${module}`);
  return version.slice(1);
}
