import { existsSync, readFileSync, readdirSync } from 'node:fs';

/** Linux counts in hundredths of a second for every program (USER_HZ), whatever the kernel's own tick is. */
const msPerTick = 10;

/** Why CPU and memory aren't measured here; null where they are. */
export const noProcReason = existsSync('/proc/self/stat')
  ? null
  : 'CPU and memory per process are read from /proc, which this system does not have';

interface ProcessTimes {
  pid: number;
  parentPid: number;
  /** Its own, and that of children that have ended. */
  cpuMs: number;
}

/** CPU ms, user and system, that a process and all below it have used so far; NaN without /proc. */
export function cpuMs(rootPid: number): number {
  if (noProcReason !== null) return Number.NaN;
  const all = allProcesses();
  const tree = new Set([rootPid]);
  for (const pid of tree) {
    for (const child of all) if (child.parentPid === pid) tree.add(child.pid);
  }
  return all.filter(({ pid }) => tree.has(pid)).reduce((sum, one) => sum + one.cpuMs, 0);
}

function allProcesses(): ProcessTimes[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.flatMap((pid) => readTimes(Number(pid)) ?? []);
}

/** proc_pid_stat(5). The command, in parentheses, may hold spaces and parentheses itself. */
function readTimes(pid: number): ProcessTimes | null {
  const text = readStat(pid);
  if (text === null) return null;
  const fields = text
    .slice(text.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  const [utime = 0, stime = 0, cutime = 0, cstime = 0] = fields.slice(11, 15);
  return { pid, parentPid: fields[1] ?? 0, cpuMs: (utime + stime + cutime + cstime) * msPerTick };
}

/** Null: it ended meanwhile. */
function readStat(pid: number): string | null {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    if (code === 'ENOENT' || code === 'ESRCH') return null;
    throw error;
  }
}
