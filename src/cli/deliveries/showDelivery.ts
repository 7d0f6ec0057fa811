import type { components } from '../../client/index.js';
import { factLines } from '../factLines.js';
import { paintState } from '../paint.js';
import { safeText } from '../safeText.js';
import { table } from '../table.js';
import type { Terminal } from '../terminal.js';
import { attemptsText } from './deliveryRow.js';

type Delivery = components['schemas']['Delivery'];
type Attempt = Delivery['attempts'][number];

const maxBodyShown = 100;

/** The API doesn't say which, since a product's customers may read it and could so explore the network. */
const unreachableHint = `
unreachable: the name was not found, the address is refused by policy, or nothing listens
there. Which of them stands in the service's log, in the line of the attempt.
`;

/** A delivery and its attempts, newest first, for a person. */
export function showDelivery(delivery: Delivery, terminal: Terminal): string {
  const { id, state, reason, eventId, eventType, tenant, endpointId, workflow } = delivery;
  const facts: [string, string | null][] = [
    ['state', paintState(terminal, state) + (reason === null ? '' : ` (${safeText(reason)})`)],
    ['event', `${eventId}  ${eventType}  of ${tenant}`],
    ['endpoint', endpointId],
    ['attempts', attemptsText(delivery)],
    ['last answer', delivery.lastAnswer],
    ['next attempt', delivery.nextAttemptAt],
    ['accepted', delivery.createdAt],
    ['ended', delivery.finishedAt],
    ['workflow', workflow.url ?? workflow.id],
  ];
  const titles = ['ROUND', 'ATTEMPT', 'STARTED', 'TOOK', 'ANSWER', 'BODY'];
  const attempts = delivery.attempts.map(attemptRow);
  const made = attempts.length === 0 ? '' : `\n${table(titles, attempts)}`;
  const isUnreachable = delivery.attempts.some(({ failure }) => failure === 'unreachable');
  return `${id}\n${factLines(facts)}${made}${isUnreachable ? unreachableHint : ''}`;
}

function attemptRow(attempt: Attempt): string[] {
  const { round, number, startedAt, durationMs, status, failure, responseBody } = attempt;
  const late = attempt.late === null ? '' : ` (late: ${answerText(attempt.late)})`;
  const answer = attempt.outcome === null ? 'none in time' : answerText({ status, failure });
  const body = safeText(responseBody ?? '').slice(0, maxBodyShown);
  return [`${round}`, `${number}`, startedAt, `${durationMs} ms`, `${answer}${late}`, body];
}

function answerText({
  status,
  failure,
}: {
  status: number | null;
  failure: string | null;
}): string {
  return status === null ? (failure ?? 'no answer') : String(status);
}
