import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readIfThere } from './readIfThere.js';

/** What runs on a data folder, for the command line and for the curious. No password is in it. */
export interface StackRecord {
  pid: number;
  ports: { postgres?: number; temporal?: number; temporalUi?: number };
  urls: { api?: string; temporalUi?: string };
  /** Of a cluster: its processes by name, and where each answers. */
  processes?: Record<string, { pid: number; at: string }>;
}

const recordPath = (dataFolder: string): string => join(dataFolder, 'record.json');

/** Replaces `record.json`, which a reader sees whole at any time. */
export function writeStackRecord(dataFolder: string, record: StackRecord): void {
  const draft = `${recordPath(dataFolder)}.new`;
  writeFileSync(draft, `${JSON.stringify(record, null, 2)}\n`);
  renameSync(draft, recordPath(dataFolder));
}

/** What runs on a data folder, or ran when it was killed; undefined where nothing does. */
export function readStackRecord(dataFolder: string): StackRecord | undefined {
  const text = readIfThere(recordPath(dataFolder));
  return text === undefined ? undefined : (JSON.parse(text) as StackRecord);
}

export function removeStackRecord(dataFolder: string): void {
  rmSync(recordPath(dataFolder), { force: true });
}
