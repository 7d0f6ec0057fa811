import { completeEvent } from '../../catalogs/completeEvent.js';
import { showId } from '../../domain/ids.js';
import { Problem } from '../../domain/problem.js';
import type { TenantRef } from '../../domain/refs.js';
import { showTraceParent } from '../../domain/traceParent.js';
import type { AcceptedEvent } from '../../store/acceptEvents.js';
import { newUuid } from '../../store/newUuid.js';
import type { Sealer } from '../../store/sealer.js';
import { jwtVerifier } from '../jwt/jwtVerifier.js';
import { datesProblem } from './datesProblem.js';
import { type IdentifiedEvent, planEvent } from './planEvent.js';
import { shownDeliveries } from './shownDeliveries.js';
import type { Situation } from './situation.js';
import type { AcceptDeps, Submission } from './submission.js';

interface Decided {
  event: AcceptedEvent;
  /** The JSON text of the answer. */
  answer: string;
}

/** The event as it is to be stored, with its answer; or why it is refused. */
export function decideEvent(
  {
    cloudEventsSource,
    sealer,
    maxHoldDays,
  }: Pick<AcceptDeps, 'cloudEventsSource' | 'sealer' | 'maxHoldDays'>,
  situation: Situation,
  { request, event, idempotency, madeBy, traceParent }: Submission,
): Decided | Problem {
  const { acceptedAt } = situation;
  const misdated = datesProblem(event, { acceptedAt, maxHoldDays });
  if (misdated !== null) return misdated;
  const identified = {
    ...event,
    id: newUuid(acceptedAt.getTime()),
    occurredAt: event.timestamp ?? acceptedAt.toISOString(),
  };
  const fromImport = madeBy !== null;
  const judged = judgeEvent(sealer, situation, request, { ...identified, fromImport });
  if (judged instanceof Problem) return judged;
  const { environment } = request;
  const planned = planEvent(request, judged, situation.endpointsOf(request), {
    acceptedAt,
    cloudEventsSource,
    catalogs: situation.catalogsIn(environment),
    rows: situation.rowsOf({ environment, type: event.type }),
    madeBy,
    traceParent: traceParent && showTraceParent(traceParent),
  });
  if (planned instanceof Problem) return planned;
  const answer = answerText(planned);
  if (idempotency === null) return { event: planned, answer };
  const { route, key, fingerprint } = idempotency;
  const record = { route, key, fingerprint, status: 202, response: answer };
  return { event: { ...planned, idempotency: record }, answer };
}

/** The event as the rules of its type have it: those of its catalog, or of the environment's own declaration. */
function judgeEvent(
  sealer: Sealer,
  situation: Situation,
  tenant: TenantRef,
  { fromImport, ...event }: IdentifiedEvent & { fromImport: boolean },
): IdentifiedEvent | Problem {
  const { environment } = tenant;
  const { type, data, dataText, attributes = {} } = event;
  const known = situation.catalogsIn(environment).typeOf(type);
  if (known !== undefined) {
    const { acceptedAt } = situation;
    const keys = situation.jwtKeysOf(tenant);
    const completed = completeEvent(
      known,
      {
        id: showId('event', event.id),
        type,
        timestamp: event.occurredAt,
        data: dataText,
        value: data,
        attributes,
        fromImport,
      },
      {
        verifyJwt: jwtVerifier(sealer, tenant, keys, acceptedAt.getTime()),
        keepsRowsOf: (importId) => situation.keepsRowsOf(tenant, importId),
      },
    );
    if (completed instanceof Problem) return completed;
    return {
      ...event,
      dataText: completed.data,
      data: completed.value,
      attributes: completed.attributes,
    };
  }
  const rule = situation.ruleOf({ environment, type });
  if (rule === 'refused') return undeclaredType(type, environment);
  const parts = rule?.problemsOf(data) ?? [];
  if (parts.length === 0) return event;
  const detail = `The data breaks the schema of ${type}; see errors.`;
  return new Problem('data_breaks_schema', detail, parts);
}

function undeclaredType(type: string, environment: string): Problem {
  const detail = `The type ${type} is not declared, and the environment ${environment} takes declared ones alone`;
  return new Problem('undeclared_type', `${detail}.`, [{ pointer: '/type', detail }]);
}

function answerText(event: AcceptedEvent): string {
  return JSON.stringify({ id: showId('event', event.id), deliveries: shownDeliveries(event) });
}
