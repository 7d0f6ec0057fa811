import { ProblemError, UnreachableError } from '../client/index.js';
import { errorMessages } from '../telemetry/errorMessages.js';
import type { Terminal } from './terminal.js';

/** Tells the user what went wrong: the message and its causes, as text or as one line of JSON. */
export function showError(
  error: unknown,
  terminal: Terminal,
  { asJson }: { asJson: boolean },
): void {
  // Its message has the last of its causes; those between say only "fetch failed".
  const [first, ...causes] = errorMessages(error, (one) => one instanceof UnreachableError);
  if (asJson) {
    const problem = error instanceof ProblemError ? { problem: error.problem } : {};
    terminal.err(`${JSON.stringify({ error: first, causes, ...problem })}\n`);
    return;
  }
  terminal.err(`everhook: ${first}\n`);
  for (const cause of causes) terminal.err(`  because: ${cause}\n`);
}
