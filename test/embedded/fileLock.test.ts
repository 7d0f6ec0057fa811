import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeTempFolder } from '../setup/tempFolder.js';
import { tryFileLock } from '../../src/embedded/fileLock.js';
import { processIdentity } from '../../src/embedded/processIdentity.js';

let folder: string;
let path: string;

beforeEach(() => {
  folder = makeTempFolder('lock');
  path = join(folder, 'lock');
});

afterEach(() => rmSync(folder, { recursive: true }));

describe('tryFileLock', () => {
  it('is held until it is released', () => {
    const lock = tryFileLock(path);
    expect(tryFileLock(path)).toEqual({ heldBy: process.pid });
    if (!('release' in lock)) throw new Error('not taken');
    lock.release();
    expect(existsSync(path)).toBe(false);
    expect(tryFileLock(path)).toHaveProperty('release');
  });

  it('takes over from a holder that has ended', () => {
    const { pid } = spawnSync(process.execPath, ['-e', '']);
    writeFileSync(path, JSON.stringify({ pid, identity: 'then' }));
    expect(tryFileLock(path)).toHaveProperty('release');
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({
      pid: process.pid,
      identity: processIdentity(process.pid),
    });
  });

  it('takes over where the pid now belongs to a later process', () => {
    writeFileSync(path, JSON.stringify({ pid: process.pid, identity: 'an earlier start' }));
    expect(tryFileLock(path)).toHaveProperty('release');
  });

  it.each(['', '\0\0\0'])('takes over a file that a power loss left as %j', (text) => {
    writeFileSync(path, text);
    expect(tryFileLock(path)).toHaveProperty('release');
  });

  it("doesn't release what another has taken over", () => {
    const lock = tryFileLock(path);
    const others = JSON.stringify({ pid: 1, identity: processIdentity(1) });
    writeFileSync(path, others);
    if (!('release' in lock)) throw new Error('not taken');
    lock.release();
    expect(readFileSync(path, 'utf8')).toBe(others);
  });

  it('leaves no drafts behind', () => {
    tryFileLock(path);
    writeFileSync(path, JSON.stringify({ pid: process.pid, identity: 'stale' }));
    tryFileLock(path);
    tryFileLock(path);
    expect(readdirSync(folder)).toEqual(['lock']);
  });
});
