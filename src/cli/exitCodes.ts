/** What the process ends with; a promise to scripts. */
export const exitCodes = {
  ok: 0,
  /** It was tried and did not go well: refused by the service, not reachable, a delivery that failed. */
  failed: 1,
  /** The command line or a setting can't be used; nothing was tried. */
  usage: 2,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];
