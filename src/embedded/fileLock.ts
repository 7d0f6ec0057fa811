import { randomUUID } from 'node:crypto';
import { linkSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { processIdentity } from './processIdentity.js';
import { readIfThere } from './readIfThere.js';

export interface FileLock {
  release: () => void;
}

const maxTries = 10;

/**
 * Takes the lock that is the file at `path`, or says which running process holds it. A lock whose holder has ended
 * is replaced. (Node has no flock; a record with pid and start time also tells the user who holds it.)
 */
export function tryFileLock(path: string): FileLock | { heldBy: number } {
  const own = JSON.stringify({ pid: process.pid, identity: processIdentity(process.pid) });
  for (let tries = 0; tries < maxTries; tries++) {
    if (linkNew(path, own)) return { release: () => release(path, own) };
    const found = readIfThere(path);
    const heldBy = found === undefined ? undefined : runningHolder(found);
    if (heldBy !== undefined) return { heldBy };
    if (found !== undefined) removeStale(path, found);
  }
  throw new Error(`The lock ${path} could not be taken in ${maxTries} tries: too many want it`);
}

/** Appears whole or not at all: a link to a file that is already written. */
function linkNew(path: string, text: string): boolean {
  const draft = `${path}.${randomUUID()}`;
  writeFileSync(draft, text, { mode: 0o600 });
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(draft);
  }
}

function runningHolder(text: string): number | undefined {
  const { pid, identity } = parseHolder(text);
  return pid !== undefined && processIdentity(pid) === identity ? pid : undefined;
}

/** A power loss may leave the file empty or full of zeros: then nobody holds it. */
function parseHolder(text: string): { pid?: number; identity?: string } {
  return text.startsWith('{') ? (JSON.parse(text) as { pid: number; identity: string }) : {};
}

/** Two may find the same stale lock; what was moved aside is put back if it turns out to be the other's new one. */
function removeStale(path: string, stale: string): void {
  const aside = `${path}.${randomUUID()}`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  const moved = readIfThere(aside);
  rmSync(aside);
  if (moved !== undefined && moved !== stale) linkNew(path, moved);
}

function release(path: string, own: string): void {
  if (readIfThere(path) === own) rmSync(path);
}
