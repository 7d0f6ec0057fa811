/** A line of progress, to standard error: the result alone goes to standard output. */
export function tell(line: string): void {
  console.error(`${Math.round(performance.now() / 1_000)} s  ${line}`);
}
