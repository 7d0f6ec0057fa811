import { ProblemError, UnreachableError } from '../client/index.js';
import { errorMessages } from '../telemetry/errorMessages.js';
import { safeText } from './safeText.js';
import type { Terminal } from './terminal.js';
import { jsonLine } from './jsonLine.js';

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
    terminal.err(jsonLine({ error: first, causes, ...problem }));
    return;
  }
  const shown = (message: string): string => safeText(message, { multiline: true });
  terminal.err(`everhook: ${shown(first ?? '')}\n`);
  for (const cause of causes) terminal.err(`  because: ${shown(cause)}\n`);
}
