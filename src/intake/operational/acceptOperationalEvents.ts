import { idempotencyHours } from '../../domain/limits.js';
import { operationalTenant } from '../../domain/operational.js';
import { Problem } from '../../domain/problem.js';
import { type AcceptedEvent, insertAcceptedEvents } from '../../store/acceptEvents.js';
import { type OperationalEvent, takeOperationalEvents } from '../../store/operationalEvents.js';
import { inTransaction } from '../../store/pool.js';
import { decideEvent } from '../accept/decideEvent.js';
import { readSituation } from '../accept/situation.js';
import type { AcceptDeps, Submission } from '../accept/submission.js';
import { startingReserved, withOutbox } from '../accept/withOutbox.js';

/** Taken in one transaction. */
export const operationalChunk = 100;

/** What came of a chunk. */
interface Chunk {
  taken: number;
  refused: Problem[];
}

/**
 * Makes events of the operational tenant of what is to be told, and takes it away in the same transaction: so each is told
 * once, whatever crashes. Nothing is made where the environment has the catalog off. One that is refused is our own
 * fault, and given back for the log: it would be refused for ever.
 */
export async function acceptOperationalEvents(deps: AcceptDeps): Promise<Chunk> {
  return await startingReserved(deps, (reserved) =>
    inTransaction(deps.pool, async (db) => {
      const submissions = (await takeOperationalEvents(db, operationalChunk)).map(submissionOf);
      const chunk: Chunk = { taken: submissions.length, refused: [] };
      if (submissions.length === 0) return chunk;
      const situation = await readSituation(db, deps.schemas, submissions);
      const accepted: AcceptedEvent[] = [];
      for (const submission of submissions) {
        const { request, event } = submission;
        if (situation.catalogsIn(request.environment).typeOf(event.type) === undefined) continue;
        const decided = decideEvent(deps, situation, submission);
        if (decided instanceof Problem) chunk.refused.push(decided);
        else accepted.push(withOutbox(deps, decided.event, reserved));
      }
      // Its tenant is there: made with its first endpoint, and nobody can delete it.
      const options = { newTenants: [], idempotencyHours };
      if (accepted.length > 0) await insertAcceptedEvents(db, deps.sealer, accepted, options);
      return chunk;
    }),
  );
}

function submissionOf({ environment, type, data, createdAt }: OperationalEvent): Submission {
  const dataText = JSON.stringify(data);
  return {
    request: { environment, tenant: operationalTenant },
    event: { type, timestamp: createdAt.toISOString(), dataText, data },
    bytes: dataText.length,
    idempotency: null,
    madeBy: null,
    traceParent: null,
    sequence: null,
  };
}
