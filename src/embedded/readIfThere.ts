import { readFileSync } from 'node:fs';

/** A file's text; undefined where there is no such file, or (in /proc) its process ended meanwhile. */
export function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}
