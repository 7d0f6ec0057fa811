import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { readIfThere } from '../../src/embedded/readIfThere.js';

/** Kills every process that was started with a path inside the folder. Synchronous, so that it works at exit. */
export function killUnder(folder: string): void {
  for (const { pid, line } of commandLines()) {
    if (pid === process.pid || !line.includes(`${folder}/`)) continue;
    try {
      process.kill(pid, 'SIGKILL');
    } catch (error) {
      // It has ended by itself.
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
}

function commandLines(): { pid: number; line: string }[] {
  if (process.platform !== 'linux') {
    const lines = execFileSync('ps', ['-axww', '-o', 'pid=,args='], { encoding: 'utf8' });
    return lines.split('\n').map((line) => ({ pid: Number.parseInt(line.trim(), 10), line }));
  }
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.map((pid) => ({
    pid: Number(pid),
    line: readIfThere(`/proc/${pid}/cmdline`) ?? '',
  }));
}
