import type { LocalAnswer, LocalRequest } from '../localReceiver.js';
import { paint } from '../paint.js';
import { safeText } from '../safeText.js';
import type { Terminal } from '../terminal.js';
import { jsonLine } from '../jsonLine.js';

/** Longer ones are cut on the screen; `--json` shows all. */
const maxBodyShown = 2_000;

/** One request that came in, and what was answered. */
export interface Received {
  request: LocalRequest;
  webhookId: string;
  /** Of those seen here, from 1. */
  attempt: number;
  /** What is wrong with its signature, or null. */
  problem: string | null;
  answer: LocalAnswer;
  /** Why it was answered so; null where there is nothing to say. */
  note: string | null;
}

/** `12:01:03  evt_…  attempt 1  signature ok  → 200`, and below it the body as it came. */
export function showReceived(received: Received, terminal: Terminal): string {
  const { request, webhookId, attempt, problem, answer, note } = received;
  const time = request.receivedAt.toTimeString().slice(0, 8);
  const signature =
    problem === null
      ? paint(terminal, 'green', 'signature ok')
      : paint(terminal, 'red', `signature refused: ${safeText(problem)}`);
  const isSuccess = answer.status >= 200 && answer.status < 300;
  const answered = paint(terminal, isSuccess ? 'green' : 'yellow', `answered ${answer.status}`);
  const facts = [time, safeText(webhookId), `attempt ${attempt}`, signature, answered];
  if (note !== null) facts.push(safeText(note));
  const body = request.body.toString('utf8');
  const shown = body.length > maxBodyShown ? `${body.slice(0, maxBodyShown)} …` : body;
  const indented = safeText(shown, { multiline: true }).replaceAll('\n', '\n  ');
  return `${facts.join('  ')}\n  ${indented}\n\n`;
}

/** The same for programs, on one line. */
export function receivedJson({ request, answer, ...rest }: Received): string {
  const { webhookId, attempt, problem, note } = rest;
  return jsonLine({
    receivedAt: request.receivedAt.toISOString(),
    webhookId,
    attempt,
    verified: problem === null,
    problem,
    answered: answer.status,
    note,
    headers: request.headers,
    body: request.body.toString('utf8'),
  });
}
