import { join } from 'node:path';
import { defaultBatchSize } from '../src/domain/limits.js';
import { measureCopy, measurePosting, prepareBatches } from './imports/floors.js';
import { startImportStack, type ImportStack } from './imports/importStack.js';
import { MemoryWatch } from './imports/memoryWatch.js';
import { writeRowsFile, type RowsFile } from './imports/rowsFile.js';
import { untilReceived } from './imports/untilReceived.js';
import { withFaults } from './imports/withFaults.js';
import { noProcReason } from './measure/cpuMs.js';
import { monotonicMs } from './measure/monotonicMs.js';
import { median } from './measure/percentile.js';
import { residentMb } from './measure/residentMb.js';
import { jsonLine } from './report/report.js';
import { table } from './report/table.js';
import { atLeast, atMost, type Target } from './report/targets.js';
import { withUndo } from './stack/withUndo.js';

const rows = 1_000_000;
/** Odd, so that a median is a measured one. */
const rounds = 3;

/** Rows per second; each ratio is of one round. */
interface Round {
  copy: number;
  in: number;
  posting: number;
  out: number;
}

await withUndo(async (undo) => {
  const stack = await startImportStack(undo);
  await stack.load.declareType();
  const file = await writeRowsFile(join(stack.folder, 'rows.ndjson'), rows);
  const bodies = prepareBatches(rows, defaultBatchSize);
  const idleMb = residentMb(stack.servicePid());
  const memory = new MemoryWatch(stack.servicePid());
  const measured: Round[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    tell(`round ${round} of ${rounds}`);
    measured.push(await measureRound(stack, { file, bodies, name: `round-${round}` }));
  }
  memory.stop();
  tell('with faults');
  const faulty = await withFaults(stack, file, 'faults');

  const ratio = (of: (round: Round) => number): number => median(measured.map(of));
  const grownMb = memory.peakMb - idleMb;
  const targets: Target[] = [
    atLeast(
      'rows/s in, times COPY',
      ratio((one) => one.in / one.copy),
      0.5,
    ),
    atLeast(
      'rows/s out, times bare posting',
      ratio((one) => one.out / one.posting),
      0.8,
    ),
    ...(noProcReason === null ? [atMost('memory over idle, MiB', grownMb, 100)] : []),
  ];
  const headings = ['', ...measured.map((_, place) => `round ${place + 1}`)];
  const line = (name: keyof Round): (string | number)[] => [
    name,
    ...measured.map((one) => one[name]),
  ];
  console.log(
    `\n${[
      `${rows} rows, ${Math.round(file.bytes / rows)} bytes each with line break; rows/s`,
      table([headings, line('copy'), line('in'), line('posting'), line('out')]),
      table([['target', 'figure', 'to reach', ''], ...targets.map(targetLine)]),
      `with five kills, a restart of Temporal and one of Postgres: ${faulty.rows} rows in order in ${faulty.batches} batches, ${faulty.repeats} of them sent twice, ${Math.round(faulty.seconds)} s`,
    ].join('\n\n')}\n`,
  );
  console.log(jsonLine({ rows, measured, idleMb, peakMb: memory.peakMb, faulty, targets }));
});

async function measureRound(
  stack: ImportStack,
  { file, bodies, name }: { file: RowsFile; bodies: readonly Buffer[]; name: string },
): Promise<Round> {
  const { load, pool, receiverUrl } = stack;
  const copy = await measureCopy(pool, file);
  await load.create(name, `${receiverUrl}/${name}`);
  const beganMs = monotonicMs();
  await load.upload(name, file);
  const perSecondIn = (file.rows / (monotonicMs() - beganMs)) * 1_000;
  const posting = await measurePosting(receiverUrl, `/floor-${name}`, { bodies, rows: file.rows });
  await load.complete(name);
  const { firstAtMs, lastAtMs } = await untilReceived(stack, `/${name}`, file.rows);
  return { copy, in: perSecondIn, posting, out: (file.rows / (lastAtMs - firstAtMs)) * 1_000 };
}

function targetLine({ name, figure, target, reached }: Target): (string | number)[] {
  return [name, figure, target, reached ? 'reached' : 'NOT reached'];
}

function tell(line: string): void {
  console.error(`${Math.round(performance.now() / 1_000)} s  ${line}`);
}
