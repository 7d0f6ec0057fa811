import { monotonicMs } from '../measure/monotonicMs.js';
import type { ImportStack } from './importStack.js';
import type { RowsFile } from './rowsFile.js';
import { untilReceived } from './untilReceived.js';

export interface FaultyRun {
  rows: number;
  batches: number;
  repeats: number;
  seconds: number;
}

/** What happens when so much of the rows has come. */
const faults: { at: number; happen: (stack: ImportStack) => Promise<void> }[] = [
  { at: 0.05, happen: (stack) => stack.killService() },
  { at: 0.15, happen: (stack) => stack.killService() },
  { at: 0.25, happen: (stack) => stack.restartTemporal() },
  { at: 0.35, happen: (stack) => stack.killService() },
  { at: 0.45, happen: (stack) => stack.restartPostgres() },
  { at: 0.6, happen: (stack) => stack.killService() },
  { at: 0.75, happen: (stack) => stack.killService() },
];

/** An import's rows delivered while the service is killed five times and each server restarted once. */
export async function withFaults(
  stack: ImportStack,
  file: RowsFile,
  name: string,
): Promise<FaultyRun> {
  const { load, receiverUrl } = stack;
  await load.create(name, `${receiverUrl}/${name}`);
  await load.upload(name, file);
  await load.complete(name);
  const beganMs = monotonicMs();
  for (const { at, happen } of faults) {
    await untilReceived(stack, `/${name}`, Math.floor(file.rows * at));
    await happen(stack);
  }
  const { rows, batches, repeats } = await untilReceived(stack, `/${name}`, file.rows);
  return { rows, batches, repeats, seconds: (monotonicMs() - beganMs) / 1_000 };
}
