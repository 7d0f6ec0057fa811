/** Whether an error is what a wait or a call throws because the user stopped the command: no failure. */
export function isAbort(error: unknown, stopped: AbortSignal): boolean {
  return stopped.aborted && (error === stopped.reason || (error as Error).name === 'AbortError');
}
