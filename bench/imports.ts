import { join } from 'node:path';
import { defaultBatchSize } from '../src/domain/limits.js';
import { measureCopy, measurePosting, prepareBatches } from './imports/floors.js';
import { startImportStack, type ImportStack } from './imports/importStack.js';
import { MemoryWatch } from './imports/memoryWatch.js';
import { writeRowsFile, type RowsFile } from './imports/rowsFile.js';
import { smallBatches } from './imports/smallBatches.js';
import { untilReceived } from './imports/untilReceived.js';
import { withFaults } from './imports/withFaults.js';
import { noProcReason } from './measure/cpuMs.js';
import { monotonicMs } from './measure/monotonicMs.js';
import { median } from './measure/percentile.js';
import { residentMb } from './measure/residentMb.js';
import { jsonLine, targetsTable } from './report/report.js';
import { rounded, table } from './report/table.js';
import { atLeast, atMost, type Target } from './report/targets.js';
import { tell } from './report/tell.js';
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
  /** The same with a receiver that verifies nothing, and so is done with a batch in some milliseconds. */
  barePosting: number;
  bareOut: number;
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
    measured.push(await measureRound(stack, { file, bodies, round }));
  }
  memory.stop();
  tell('10,000 batches of one row');
  const small = await smallBatches(stack);
  tell('with faults');
  const faulty = await withFaults(stack, file, 'faults');

  const ratio = (of: (round: Round) => number): number => median(measured.map(of));
  const grownMb = memory.peakMb - idleMb;
  const bareRatio = ratio((one) => one.bareOut / one.barePosting);
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
    atMost(
      'time of one of the last small batches, times the first',
      small.lastMs / small.firstMs,
      2,
    ),
    ...(noProcReason === null
      ? [
          atMost('memory over idle, MiB', grownMb, 100),
          atMost(
            'memory after the last small batch, times the first',
            small.lateMb / small.earlyMb,
            1.25,
          ),
        ]
      : []),
  ];
  const headings = ['', ...measured.map((_, place) => `round ${place + 1}`)];
  const line = (name: keyof Round, label: string = name): (string | number)[] => [
    label,
    ...measured.map((one) => one[name]),
  ];
  const lines = [
    `${rows} rows, ${Math.round(file.bytes / rows)} bytes each with line break; rows/s`,
    table([
      headings,
      line('copy'),
      line('in'),
      line('posting'),
      line('out'),
      line('barePosting', 'posting, nothing verified'),
      line('bareOut', 'out, nothing verified'),
    ]),
    targetsTable(targets),
    `out, times bare posting, to a receiver that verifies nothing: ${rounded(bareRatio)}`,
    `${small.batches} batches of one row: ${rounded(small.firstMs)} ms each for the first tenth, ${rounded(small.lastMs)} for the last; ${Math.round(small.earlyMb)} MiB resident after the first, ${Math.round(small.lateMb)} after the last`,
    `with five kills, a restart of Temporal and one of Postgres: ${faulty.rows} rows in order in ${faulty.batches} batches, ${faulty.repeats} of them sent twice, ${Math.round(faulty.seconds)} s`,
  ];
  console.log(`\n${lines.join('\n\n')}\n`);
  console.log(
    jsonLine({ rows, measured, idleMb, peakMb: memory.peakMb, small, faulty, bareRatio, targets }),
  );
});

interface RoundWish {
  file: RowsFile;
  bodies: readonly Buffer[];
  round: number;
}

async function measureRound(stack: ImportStack, wish: RoundWish): Promise<Round> {
  const copy = await measureCopy(stack.pool, wish.file);
  const verifying = await measureImport(stack, wish, 'verifying');
  const bare = await measureImport(stack, wish, 'bare');
  return {
    copy,
    in: verifying.in,
    posting: verifying.posting,
    out: verifying.out,
    barePosting: bare.posting,
    bareOut: bare.out,
  };
}

/** An import's rows in and out, and the floor of the latter between, at the same receiver. */
async function measureImport(
  stack: ImportStack,
  { file, bodies, round }: RoundWish,
  receiver: 'verifying' | 'bare',
): Promise<Pick<Round, 'in' | 'posting' | 'out'>> {
  const { load, receiverUrl } = stack;
  const name = `${receiver}-${round}`;
  const path = `/${receiver}/${round}`;
  await load.create(name, receiverUrl + path);
  const beganMs = monotonicMs();
  await load.upload(name, file);
  const perSecondIn = (file.rows / (monotonicMs() - beganMs)) * 1_000;
  const floorPath = `/${receiver}/floor-${round}`;
  const posting = await measurePosting(receiverUrl, floorPath, { bodies, rows: file.rows });
  await load.complete(name);
  const { firstAtMs, lastAtMs } = await untilReceived(stack, path, file.rows);
  return { in: perSecondIn, posting, out: (file.rows / (lastAtMs - firstAtMs)) * 1_000 };
}
