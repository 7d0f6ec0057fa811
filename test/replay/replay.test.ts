import { cpSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundleWorkflowCode, DefaultLogger, Worker } from '@temporalio/worker';
import { describe, expect, it } from 'vitest';
import { packageRoot } from '../../src/config/packageRoot.js';
import { createLog } from '../../src/telemetry/log.js';
import { installTemporalRuntime } from '../../src/telemetry/installTemporalRuntime.js';
import { workflowsPath } from '../../src/temporal/workflowBundle.js';
import { makeTempFolder } from '../setup/tempFolder.js';
import { historiesFolder } from './keepHistory.js';

/** Every path through the workflows; each is recorded by the test that takes it. */
const scenarios = [
  ...['delivered-first', 'retried-then-delivered', 'round-used-up', 'gone-so-queued'],
  ...['retry-now', 'cancel-signal', 'look-again', 'new-round-while-running', 'temporal-cancel'],
  ...['attempts-lane', 'long-time-out', 'redeliver', 'signals-during-first-attempts'],
  ...['fresh-round-by-settle', 'continued-as-new', 'continued-then-failed'],
  ...['rows-in-batches-started', 'batches-delivered', 'batches-retried', 'batches-used-up'],
  ...['batches-started-again', 'batches-paused', 'batches-retry-now', 'batches-continued-as-new'],
  ...['batches-cancelled-by-signal', 'batches-cancelled-by-temporal', 'batches-cancelled-by-api'],
  ...['batches-waited-for-endpoint', 'held', 'expired'],
  ...['drain-down', 'drain-paced', 'drain-blocked'],
  ...['recovery-completed', 'recovery-continued-as-new', 'recovery-cancelled-by-api'],
  ...['recovery-cancelled-by-signal', 'recovery-cancelled-by-temporal'],
];

installTemporalRuntime(createLog('silent'));

const files = readdirSync(historiesFolder).toSorted();

/** The names of the histories that the workflows' code no longer replays. */
async function notReplayed(workflowsFile: string): Promise<string[]> {
  const workflowBundle = await bundleWorkflowCode({
    workflowsPath: workflowsFile,
    logger: new DefaultLogger('ERROR'),
  });
  const histories = files.map((file) => ({
    workflowId: file,
    history: JSON.parse(readFileSync(join(historiesFolder, file), 'utf8')) as unknown,
  }));
  const failed: string[] = [];
  for await (const { workflowId, error } of Worker.runReplayHistories(
    { workflowBundle },
    histories,
  )) {
    if (error !== undefined) failed.push(workflowId);
  }
  return failed;
}

/** The path of a copy of the workflows in which one text stands for another. */
function changedWorkflows(file: string, was: string, becomes: string): string {
  const folder = makeTempFolder('changed-workflows');
  for (const part of ['workflows', 'src/contract', 'src/domain', 'package.json']) {
    cpSync(join(packageRoot, part), join(folder, part), { recursive: true });
  }
  symlinkSync(join(packageRoot, 'node_modules'), join(folder, 'node_modules'));
  const path = join(folder, 'workflows', file);
  const text = readFileSync(path, 'utf8');
  expect(text).toContain(was);
  writeFileSync(path, text.replace(was, becomes));
  return join(folder, 'workflows', 'index.ts');
}

describe('histories recorded before', () => {
  it('are there for every path', () => {
    for (const scenario of scenarios) {
      expect(files.some((file) => file.endsWith(`-${scenario}.json`), scenario)).toBe(true);
    }
  });

  it('are replayed by the workflows as they are now', { timeout: 60_000 }, async () => {
    expect(await notReplayed(workflowsPath)).toEqual([]);
  });

  it.each([
    [
      'deliverSubject.ts',
      'localActivities.attemptFirst(',
      'localActivities.look(',
      /0-(?!batches|recovery|drain)/,
    ],
    [
      'retryLoop.ts',
      'condition(isNews, waitMs',
      'condition(isNews, undefined',
      /0-retried|round-used-up/,
    ],
    ['makeAttempts.ts', "lane === 'attempts'", "lane === 'local'", /0-attempts-together/],
    ['deliverSubject.ts', 'progress.hasFailed', 'false', /0-round-used-up|continued-then-failed/],
    ['retryLoop.ts', 'report.inBatches !== undefined', 'false', /rows-in-batches-started/],
    ['batchRun.ts', 'if (waitMs === 0)', 'if (waitMs < 0)', /0-batches-delivered/],
    ['deliverBatches.ts', "state === 'failed'", "state === 'queued'", /batches-used-up/],
    ['drainEndpoint.ts', "state !== 'done') await", "state === 'done') await", /drain-down/],
    ['recover.ts', 'report.waitMs > 0', 'report.waitMs < 0', /recovery-completed/],
  ])('are not when in %s %j becomes %j', { timeout: 60_000 }, async (file, was, becomes, which) => {
    const failed = await notReplayed(changedWorkflows(file, was, becomes));
    const affected = files.filter((name) => which.test(name));
    expect(affected.length).toBeGreaterThan(0);
    expect(failed).toEqual(expect.arrayContaining(affected));
  });
});
