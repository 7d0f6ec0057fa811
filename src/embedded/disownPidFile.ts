import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { processIdentity } from './processIdentity.js';
import { readIfThere } from './readIfThere.js';

/** Above what Linux (2^22) and macOS (99,999) give out. */
const nobodysPid = 2 ** 31 - 1;

/**
 * Puts the pid of nobody into a postmaster.pid that a killed Postgres left and whose pid another program has got
 * since (usual in containers); Postgres would refuse to start. Call it only when no Postgres runs on the folder. The
 * file is not removed: by the rest of it Postgres sees whether processes of the killed one still use the data.
 */
export function disownPidFile(dataFolder: string): void {
  const pidFile = join(dataFolder, 'postmaster.pid');
  const [pid, ...rest] = readIfThere(pidFile)?.split('\n') ?? [];
  if (pid === undefined || processIdentity(Number(pid)) === undefined) return;
  writeFileSync(pidFile, [nobodysPid, ...rest].join('\n'));
}
