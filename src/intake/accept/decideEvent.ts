import { showId } from '../../domain/ids.js';
import { Problem } from '../../domain/problem.js';
import type { AcceptedEvent } from '../../store/acceptEvents.js';
import { planEvent } from './planEvent.js';
import type { Situation } from './situation.js';
import type { AcceptDeps, Submission } from './submission.js';

interface Decided {
  event: AcceptedEvent;
  /** The JSON text of the answer. */
  answer: string;
}

/** The event as it is to be stored, with its answer; or why it is refused. */
export function decideEvent(
  { cloudEventsSource }: Pick<AcceptDeps, 'cloudEventsSource'>,
  situation: Situation,
  { request, event, idempotency }: Submission,
): Decided | Problem {
  const { environment } = request;
  const rule = situation.ruleOf({ environment, type: event.type });
  if (rule === 'refused') return undeclaredType(event.type, environment);
  const parts = rule?.problemsOf(event.data) ?? [];
  if (parts.length > 0) {
    const detail = `The data breaks the schema of ${event.type}; see errors.`;
    return new Problem('data_breaks_schema', detail, parts);
  }
  const { acceptedAt } = situation;
  const endpoints = situation.endpointsOf(request);
  const planned = planEvent(request, event, endpoints, { acceptedAt, cloudEventsSource });
  if (planned instanceof Problem) return planned;
  const answer = answerText(planned);
  if (idempotency === null) return { event: planned, answer };
  const { route, key, fingerprint } = idempotency;
  const record = { route, key, fingerprint, status: 202, response: answer };
  return { event: { ...planned, idempotency: record }, answer };
}

function undeclaredType(type: string, environment: string): Problem {
  const detail = `The type ${type} is not declared, and the environment ${environment} takes declared ones alone`;
  return new Problem('undeclared_type', `${detail}.`, [{ pointer: '/type', detail }]);
}

function answerText({ id, deliveries }: AcceptedEvent): string {
  return JSON.stringify({
    id: showId('event', id),
    deliveries: deliveries.map((delivery) => ({
      id: showId('delivery', delivery.id),
      endpointId: showId('endpoint', delivery.endpointId),
    })),
  });
}
