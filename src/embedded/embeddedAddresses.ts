import { join } from 'node:path';
import { postgresUser } from './initPostgres.js';
import { processIdentity } from './processIdentity.js';
import { readIfThere } from './readIfThere.js';
import { readStackRecord } from './stackRecord.js';
import { embeddedDatabase } from './startEmbeddedPostgres.js';

/** Where the servers of a data folder answer, for others on this machine who may read the folder. */
export interface EmbeddedAddresses {
  /** The process that started them. */
  pid: number;
  isRunning: boolean;
  /** With the password; undefined where Postgres is another. */
  databaseUrl: string | undefined;
  temporalAddress: string | undefined;
}

/** Undefined where nothing runs on the folder. */
export function embeddedAddresses(dataFolder: string): EmbeddedAddresses | undefined {
  const record = readStackRecord(dataFolder);
  if (record === undefined) return undefined;
  const { postgres, temporal } = record.ports;
  const password = readIfThere(join(dataFolder, 'postgres', 'password'))?.trim();
  return {
    pid: record.pid,
    isRunning: processIdentity(record.pid) !== undefined,
    databaseUrl:
      postgres === undefined || password === undefined
        ? undefined
        : `postgres://${postgresUser}:${password}@127.0.0.1:${postgres}/${embeddedDatabase}`,
    temporalAddress: temporal === undefined ? undefined : `127.0.0.1:${temporal}`,
  };
}
