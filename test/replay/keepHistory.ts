import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { WorkflowHandle } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { packageRoot } from '../../src/config/packageRoot.js';
import { packageVersion } from '../../src/config/packageVersion.js';

export const historiesFolder = join(packageRoot, 'test', 'replay', 'histories');

/** Above that a payload is a signal's that was blown up to make a history long: the workflow ignores it. */
const maxPayloadChars = 10_000;

type Events = NonNullable<Awaited<ReturnType<WorkflowHandle['fetchHistory']>>['events']>;

/**
 * Keeps the history of a run for the replay test, as `<version>-<scenario>.json`. Does nothing unless
 * `EVERHOOK_RECORD_HISTORIES` is set, and leaves a file that is there as it is: a released version's never changes.
 */
export async function keepHistory(scenario: string, handle: WorkflowHandle): Promise<void> {
  if (process.env['EVERHOOK_RECORD_HISTORIES'] === undefined) return;
  const { runId } = await handle.describe();
  const history: unknown = JSON.parse(historyToJSON({ events: await eventsOf(handle, runId) }));
  const text = JSON.stringify(history, tidy, 1);
  mkdirSync(historiesFolder, { recursive: true });
  try {
    const file = join(historiesFolder, `${packageVersion}-${scenario}.json`);
    writeFileSync(file, `${text}\n`, { flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

/** Page by page, since the server gives no more than 4 MiB at once. */
async function eventsOf({ client, workflowId }: WorkflowHandle, runId: string): Promise<Events> {
  const { workflowService, options } = client;
  const events: Events = [];
  let nextPageToken: Uint8Array | undefined;
  do {
    const page = await workflowService.getWorkflowExecutionHistory({
      namespace: options.namespace,
      execution: { workflowId, runId },
      maximumPageSize: 1,
      ...(nextPageToken === undefined ? {} : { nextPageToken }),
    });
    events.push(...(page.history?.events ?? []));
    ({ nextPageToken } = page);
  } while (nextPageToken !== undefined && nextPageToken.length > 0);
  return events;
}

/** Without the recording machine: its name is in identities and sticky task queues, its folders in stack traces. */
function tidy(name: string, value: unknown): unknown {
  if (typeof value !== 'string') return value;
  if (/^\d+@/.test(value)) return 'worker';
  const isLong = name === 'data' && value.length > maxPayloadChars;
  return isLong ? Buffer.from('"cut"').toString('base64') : value.replaceAll(`${packageRoot}/`, '');
}
