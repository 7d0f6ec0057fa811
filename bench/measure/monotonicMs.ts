/** Milliseconds by the machine's monotonic clock, the same for all its processes; with fractions. */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
