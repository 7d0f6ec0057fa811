import { importEventData } from '../../catalogs/importEventData.js';
import type { ImportSummary } from '../../catalogs/catalog.js';
import { idempotencyHours } from '../../domain/limits.js';
import { Problem } from '../../domain/problem.js';
import type { TraceParent } from '../../domain/traceParent.js';
import { insertAcceptedEvents, type AcceptedEvent } from '../../store/acceptEvents.js';
import {
  type ImportRecord,
  type ImportRef,
  lockImport,
  markComplete,
  openImportEndpoint,
} from '../../store/imports.js';
import { inTransaction } from '../../store/pool.js';
import { checkOneOff } from '../accept/checkOneOff.js';
import { decideEvent } from '../accept/decideEvent.js';
import { readSituation, type Situation } from '../accept/situation.js';
import type { AcceptDeps, Submission } from '../accept/submission.js';
import { startingReserved, withOutbox } from '../accept/withOutbox.js';
import { completionText } from './completionText.js';
import { foundImport, refuseClosed } from './importProblems.js';

/**
 * Freezes an import and makes its events, one per type, in one transaction; gives the JSON text of the answer, for an
 * import that is complete already that of before. Throws where it was cancelled or its rows have expired, and what is
 * wrong with an event: then nothing is made, and the import stays open.
 */
export async function completeImport(
  deps: AcceptDeps,
  ref: ImportRef,
  traceParent: TraceParent | null,
): Promise<string> {
  return await startingReserved(deps, (reserved) =>
    inTransaction(deps.pool, async (client) => {
      const record = foundImport(await lockImport(client, ref));
      if (record.completion !== null) return record.completion;
      refuseClosed(record);
      const completedAt = new Date();
      const submissions = submissionsOf(deps, record, { completedAt, traceParent });
      const situation = await readSituation(client, deps.schemas, submissions);
      const events = submissions.map((one) => eventOf(deps, situation, record, one));
      const withStarts = events.map((event) => withOutbox(deps, event, reserved));
      // Its tenant was made with the import, and may have been deleted since.
      const options = { newTenants: [record], idempotencyHours };
      if (events.length > 0) await insertAcceptedEvents(client, deps.sealer, withStarts, options);
      const completion = completionText(record, events);
      await markComplete(client, record.id, { completion, completedAt });
      return completion;
    }),
  );
}

/** Its events as their product would submit them, their data as it was given with the import. */
function submissionsOf(
  { guard, sealer }: AcceptDeps,
  record: ImportRecord,
  { completedAt, traceParent }: { completedAt: Date; traceParent: TraceParent | null },
): Submission[] {
  const { environment, tenant, eventTypes, attributes, batchSize } = record;
  const endpoint = openImportEndpoint(sealer, record) ?? undefined;
  const dataText = record.data ?? '{}';
  const data = JSON.parse(dataText) as unknown;
  const madeBy = { id: record.id, summary: summaryOf(record, completedAt), batchSize };
  return eventTypes.map((type) => ({
    request: { environment, tenant },
    event: checkOneOff(guard, { type, attributes, endpoint, dataText, data }),
    bytes: dataText.length,
    idempotency: null,
    madeBy,
    sequence: null,
    traceParent,
  }));
}

function summaryOf(record: ImportRecord, completedAt: Date): ImportSummary {
  const { name, rowCount, validCount, metadata, keepRows } = record;
  return {
    id: name,
    totalRows: rowCount,
    validRows: validCount,
    invalidRows: rowCount - validCount,
    metadata,
    completedAt: completedAt.toISOString(),
    keepsRows: keepRows,
  };
}

/** The event with what the import says of itself in its data. Throws why it is refused. */
function eventOf(
  deps: AcceptDeps,
  situation: Situation,
  { environment, data: given }: ImportRecord,
  submission: Submission,
): AcceptedEvent {
  const { event, madeBy } = submission;
  if (madeBy === null) throw new Error('An event of an import is made by one');
  const known = situation.catalogsIn(environment).typeOf(event.type);
  const dataText = importEventData(known, event.type, given, madeBy.summary);
  const data = JSON.parse(dataText) as unknown;
  const decided = decideEvent(deps, situation, {
    ...submission,
    event: { ...event, dataText, data },
  });
  if (!(decided instanceof Problem)) return decided.event;
  const { code, detail, parts } = decided;
  throw new Problem(
    code,
    `As ${event.type}: ${detail} Nothing was made, and the import is open.`,
    parts,
  );
}
