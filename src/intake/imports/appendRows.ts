import { Problem } from '../../domain/problem.js';
import { readImport, type ImportRef } from '../../store/imports.js';
import type { Pool } from '../../store/pool.js';
import { foundImport, offsetMismatch, refuseClosed } from './importProblems.js';
import type { ReadRows, SizedRow } from './rowSource.js';
import { Overtaken, RowStore, type RowLimits } from './rowStore.js';
import { RowsToSkip } from './rowsToSkip.js';

export interface Upload {
  /** Of the body. */
  blocks: AsyncIterable<Buffer>;
  read: ReadRows;
  /** The rows that the client knows to be stored, which come before the body's first; null: whatever there is. */
  offset: number | null;
}

export interface UploadDeps {
  pool: Pool;
  limits: RowLimits & { maxRowBytes: number };
  /** Called after each commit. */
  onStored: (rows: number) => void;
}

/** What came of an upload. */
export interface Appended {
  /** Rows of the body that are stored now and weren't before. */
  received: number;
  /** Rows of the body that had been stored before. */
  skipped: number;
  /** Rows that the import has. */
  stored: number;
}

/**
 * Appends the rows of an upload to an open import. Where it ends early, whatever the reason, the rows before that are
 * kept, and a `Problem` that is thrown says how many the import has.
 */
export async function appendRows(
  deps: UploadDeps,
  ref: ImportRef,
  { blocks, read, offset }: Upload,
): Promise<Appended> {
  const found = foundImport(await readImport(deps.pool, ref));
  refuseClosed(found);
  const before = found.rowCount;
  if (offset !== null && offset > before) throw offsetMismatch(found);
  const store = new RowStore(deps, found);
  const skip = new RowsToSkip(offset === null ? 0 : before - offset);
  try {
    await storeAll(store, read(blocks, { skip, maxRowBytes: deps.limits.maxRowBytes }));
  } catch (error) {
    if (error instanceof Overtaken) throw await overtakenProblem(deps.pool, ref);
    if (!(error instanceof Problem)) throw error;
    throw new Problem(error.code, withStored(error, store), error.parts, store.storedRows);
  }
  return {
    received: store.storedRows - before,
    skipped: skip.skipped,
    stored: store.storedRows,
  };
}

/** Stores all rows up to the end, or up to where they can't be read; then throws what was wrong there. */
async function storeAll(store: RowStore, blocks: AsyncIterable<SizedRow[]>): Promise<void> {
  try {
    for await (const rows of blocks) await store.add(rows);
  } finally {
    // What this throws says why no more can be stored, and counts before what is wrong with the rows.
    await store.finish();
  }
}

function withStored({ detail }: Problem, { storedRows }: RowStore): string {
  return `${detail} The rows before it are kept: the import has ${storedRows}.`;
}

/** Why an upload could store no more. */
async function overtakenProblem(pool: Pool, ref: ImportRef): Promise<Problem> {
  const record = foundImport(await readImport(pool, ref));
  refuseClosed(record);
  return offsetMismatch(record);
}
