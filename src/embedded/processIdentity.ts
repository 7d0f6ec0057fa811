import { execFileSync } from 'node:child_process';
import { readIfThere } from './readIfThere.js';

/**
 * What tells a running process from a later one with the same pid: when it was started. Undefined where no such
 * process runs; a zombie counts as gone, since in a container nobody may ever collect it.
 */
export function processIdentity(pid: number): string | undefined {
  return process.platform === 'linux' ? fromProc(pid) : fromPs(pid);
}

/** /proc/[pid]/stat (proc(5)): the third field is the state, the 22nd the start in clock ticks since boot. */
function fromProc(pid: number): string | undefined {
  const stat = readIfThere(`/proc/${pid}/stat`);
  if (stat === undefined) return undefined;
  // The second field, the program's name, may itself hold spaces and parentheses.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (fields[0] === 'Z' || fields[0] === 'X') return undefined;
  const bootId = readIfThere('/proc/sys/kernel/random/boot_id')?.trim() ?? '';
  return `${bootId}/${fields[19]}`;
}

function fromPs(pid: number): string | undefined {
  try {
    const line = execFileSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], {
      encoding: 'utf8',
    }).trim();
    return line === '' || line.startsWith('Z') ? undefined : line.replace(/^\S+\s+/, '');
  } catch (error) {
    // ps ends with 1 where there is no such process.
    if ((error as { status?: number }).status === 1) return undefined;
    throw error;
  }
}
