import { ProblemError, UnreachableError } from '../client/index.js';

/** Whether a look that failed is worth another: the service may be restarting. */
export function isPassing(error: unknown): error is ProblemError | UnreachableError {
  return (
    error instanceof UnreachableError || (error instanceof ProblemError && error.status >= 500)
  );
}
