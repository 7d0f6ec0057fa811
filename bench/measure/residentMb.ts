import { readFileSync } from 'node:fs';
import { noProcReason } from './cpuMs.js';

/** A process's resident memory in MiB; NaN without /proc. */
export function residentMb(pid: number): number {
  if (noProcReason !== null) return Number.NaN;
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const kb = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
  return Number(kb) / 1_024;
}
