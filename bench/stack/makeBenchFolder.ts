import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Undo } from '../../src/service/undo.js';

/** A folder for one benchmark, erased at its end. */
export function makeBenchFolder(undo: Undo): string {
  const folder = mkdtempSync(join(tmpdir(), 'everhook-bench-'));
  // Run by root, Postgres is another user's and must get through.
  chmodSync(folder, 0o711);
  undo.add(async () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
