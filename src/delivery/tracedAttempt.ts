import { subjectKinds, workflowId, workflowTypes } from '../contract/temporal.js';
import type { Answer } from '../domain/answer.js';
import { showId, type IdKind } from '../domain/ids.js';
import { parseTraceParent, type TraceParent } from '../domain/traceParent.js';
import type { EndpointToSend } from '../store/claimDeliveries.js';
import type { DeliveryRow } from '../store/lookAtDeliveries.js';
import type { SpanEnd, SpanFacts, Tracing } from '../telemetry/tracing/tracing.js';

/** An attempt that is about to be made. */
export interface AttemptToTrace {
  delivery: DeliveryRow & { endpoint: Pick<EndpointToSend, 'url'> };
  /** The Temporal run that asks for it, and the type of its workflow. */
  runId: string;
  workflow: string | undefined;
  /** Of one that sends rows: which batch, from 1. */
  batch?: number;
}

/**
 * Makes an attempt within its span, which is a child of the request with which its event came, however long ago that was.
 * `exchange` is given what a receiver may continue. What it throws is our own failure.
 */
export async function tracedAttempt(
  tracing: Tracing,
  attempt: AttemptToTrace,
  traceParent: string | null,
  exchange: (own: TraceParent | null) => Promise<Answer>,
): Promise<Answer> {
  const parent = parseTraceParent(traceParent);
  const start = { kind: 'client', name: 'POST', parent, facts: () => factsOf(attempt) } as const;
  const span = tracing.begin(start);
  let answer: Answer | null = null;
  try {
    answer = await exchange(span.traceParent);
    return answer;
  } finally {
    span.end(() => endOf(answer));
  }
}

function endOf(answer: Answer | null): SpanEnd {
  if (answer === null) return { error: 'not sent' };
  const { status, failure } = answer;
  return {
    ...(status !== null && { facts: { 'http.response.status_code': status } }),
    error: failure === 'status' ? String(status) : (failure ?? undefined),
  };
}

/** By the semantic conventions of HTTP, and what the log tells of an attempt. No secret, no payload, no query of a URL. */
function factsOf({ delivery, runId, workflow, batch }: AttemptToTrace): SpanFacts {
  const { attemptCount, environment, tenant, eventType } = delivery;
  const ranIn = workflowIdOf(workflow, delivery);
  return {
    'http.request.method': 'POST',
    ...urlFacts(delivery.endpoint.url),
    ...(attemptCount > 0 && { 'http.request.resend_count': attemptCount }),
    'everhook.environment': environment,
    'everhook.tenant': tenant,
    'everhook.event.type': eventType,
    'everhook.event.id': showId('event', delivery.eventId),
    'everhook.delivery.id': showId('delivery', delivery.id),
    'everhook.endpoint.id': showId('endpoint', delivery.endpointId),
    'everhook.round': delivery.round,
    'everhook.attempt': attemptCount + 1,
    ...(batch !== undefined && { 'everhook.batch': batch }),
    // As Temporal's own interceptors call them.
    ...(ranIn !== null && { temporalWorkflowID: ranIn }),
    temporalRunID: runId,
  };
}

function urlFacts(withoutQuery: string): SpanFacts {
  const { hostname, port, protocol } = new URL(withoutQuery);
  const usualPort = protocol === 'http:' ? 80 : 443;
  return {
    'url.full': withoutQuery,
    'server.address': hostname,
    'server.port': port === '' ? usualPort : Number(port),
  };
}

/** Null: of no type that sends. */
function workflowIdOf(workflow: string | undefined, delivery: DeliveryRow): string | null {
  const type = workflowTypes.find((one) => one === workflow);
  if (type === undefined) return null;
  const { eventId, id, endpointId } = delivery;
  const subjects: Partial<Record<IdKind, string>> = {
    event: eventId,
    delivery: id,
    endpoint: endpointId,
  };
  const subjectId = subjects[subjectKinds[type]];
  return subjectId === undefined ? null : workflowId(type, subjectId);
}
