/** The command line or a setting can't be used; the message says which and how to mend it. Exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
