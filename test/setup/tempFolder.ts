import { chmodSync, mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { inject } from 'vitest';

/** A new folder, erased with the run; a server that is started in it ends with the run at the latest. */
export function makeTempFolder(name: string): string {
  const folder = mkdtempSync(join(inject('runFolder'), `${name}-`));
  chmodSync(folder, 0o711);
  return folder;
}
