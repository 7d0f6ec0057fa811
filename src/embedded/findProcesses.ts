import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { processIdentity } from './processIdentity.js';

/**
 * The processes whose command line has all of these arguments. A path inside our data folder among them makes it
 * certain that a server is ours, and needs no record that a crash could have left unwritten.
 */
export function findProcesses(commandArguments: readonly string[]): number[] {
  const found =
    process.platform === 'linux' ? fromProc(commandArguments) : fromPs(commandArguments);
  return found.filter((pid) => pid !== process.pid && processIdentity(pid) !== undefined);
}

function fromProc(wanted: readonly string[]): number[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.map(Number).filter((pid) => {
    const given = commandLine(pid);
    return wanted.every((argument) => given.includes(argument));
  });
}

function commandLine(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    if (['ENOENT', 'ESRCH', 'EACCES', 'EPERM'].includes(code)) return [];
    throw error;
  }
}

function fromPs(wanted: readonly string[]): number[] {
  const lines = execFileSync('ps', ['-axww', '-o', 'pid=,args='], { encoding: 'utf8' }).split('\n');
  return lines
    .filter((line) => wanted.every((argument) => line.includes(argument)))
    .map((line) => Number.parseInt(line.trim(), 10));
}
