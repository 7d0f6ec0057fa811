import { Context } from '@temporalio/activity';
import type { DrainActivities } from '../src/contract/drain.js';
import { systemActors } from '../src/domain/audit.js';
import { hurryQueue } from '../src/store/hurryQueue.js';
import { inTransaction } from '../src/store/pool.js';
import type { ActivityDeps } from './activityDeps.js';
import { currentRunId } from './currentRunId.js';
import { heartbeating } from './heartbeating.js';
import { bareId, unknownEndpoint } from './subjectIds.js';

/** What `drainEndpoint` has done. It may run again. */
export function createDrainActivities({ pool, drainer }: ActivityDeps): DrainActivities {
  return {
    async drain(shownId) {
      const endpointId = bareId('endpoint', shownId);
      const { cancellationSignal } = Context.current();
      const asker = { runId: currentRunId(), isEnding: () => cancellationSignal.aborted };
      const report = await heartbeating(() => drainer.drain(endpointId, asker));
      if (report === null) throw unknownEndpoint(shownId);
      return report;
    },
    async hurryEndpoint(shownId) {
      const endpointId = bareId('endpoint', shownId);
      await inTransaction(pool, (client) => hurryQueue(client, endpointId, systemActors.temporal));
    },
  };
}
