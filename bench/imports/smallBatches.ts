import { join } from 'node:path';
import { residentMb } from '../measure/residentMb.js';
import type { ImportStack } from './importStack.js';
import { writeRowsFile } from './rowsFile.js';
import { untilReceived } from './untilReceived.js';

const batches = 10_000;
/** A tenth of them at the beginning, and at the end. */
const share = batches / 10;
const name = 'small';

export interface SmallBatches {
  batches: number;
  /** Milliseconds between the first batches, one by one, and between the last. */
  firstMs: number;
  lastMs: number;
  /** MiB resident after the first of them, and after all. */
  earlyMb: number;
  lateMb: number;
}

/** Ten thousand batches of one row: whether what a batch costs grows with their number. */
export async function smallBatches(stack: ImportStack): Promise<SmallBatches> {
  const { load, receiverUrl } = stack;
  const file = await writeRowsFile(join(stack.folder, 'small.ndjson'), batches);
  await load.create(name, `${receiverUrl}/bare/${name}`, 1);
  await load.upload(name, file);
  await load.complete(name);
  const until = (rows: number) => untilReceived(stack, `/bare/${name}`, rows);
  const first = await until(share);
  const earlyMb = residentMb(stack.servicePid());
  const almost = await until(batches - share);
  const last = await until(batches);
  return {
    batches,
    firstMs: (first.lastAtMs - first.firstAtMs) / first.rows,
    lastMs: (last.lastAtMs - almost.lastAtMs) / (last.rows - almost.rows),
    earlyMb,
    lateMb: residentMb(stack.servicePid()),
  };
}
