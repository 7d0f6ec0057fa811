import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDataFolder } from '../../src/embedded/dataFolder.js';
import { tryFileLock } from '../../src/embedded/fileLock.js';
import { killUnder } from './killUnder.js';

const prefix = 'everhook-test-run-';

/** A folder is made before it is locked. */
const settledAfterMs = 60_000;

export interface RunFolder {
  path: string;
  /** Kills what still runs in it and erases it. */
  erase: () => void;
}

/** The folder that everything of a run is in: so whatever ends it, nothing of it stays. */
export function makeRunFolder(): RunFolder {
  clearLeftRuns();
  const made = mkdtempSync(join(tmpdir(), prefix));
  // Run by root, Postgres is another user's and must get through.
  chmodSync(made, 0o711);
  const { path } = openDataFolder(made);
  return { path, erase: () => erase(path) };
}

/** What runs that were killed have left; the folder of one that lives is locked. */
function clearLeftRuns(): void {
  const names = readdirSync(tmpdir()).filter((name) => name.startsWith(prefix));
  for (const name of names) {
    const folder = join(tmpdir(), name);
    const changedAt = statSync(folder, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
    if (Date.now() - changedAt < settledAfterMs) continue;
    if ('release' in tryFileLock(join(folder, 'lock'))) erase(folder);
  }
}

function erase(path: string): void {
  killUnder(path);
  rmSync(path, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
}
