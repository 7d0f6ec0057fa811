import { createSealer, parseEncryptionKeys } from '../../store/sealer.js';
import { environments } from '../../domain/words.js';
import { countUsableApiKeys } from '../../store/apiKeys.js';
import { connectionProblem } from '../../store/connectionProblem.js';
import { checkEncryptionKeys } from '../../store/checkEncryptionKeys.js';
import { pendingMigrations } from '../../store/migrate.js';
import { hasRowsOutsideDays } from '../../store/partitions.js';
import { createPool, type Pool } from '../../store/pool.js';
import { checkOperation } from './checkOperation.js';
import { ok, problem, warning, type Finding } from './finding.js';

/** PostgreSQL 14 is the oldest that its makers still mend. */
const oldestVersion = 14;
/** Beyond these, due times, signatures' timestamps and partitions fall visibly apart. */
const clockWarningMs = 1_000;
const clockProblemMs = 60_000;

/** The database: whether it answers, its schema, its clock, the keys, and how it goes. */
export async function* checkPostgres(
  databaseUrl: string,
  { encryptionKeys, retentionDays }: { encryptionKeys: string | undefined; retentionDays: number },
): AsyncGenerator<Finding> {
  const pool = createPool(databaseUrl, 1, () => undefined);
  try {
    const version = await versionOf(pool);
    if (typeof version !== 'string') {
      yield version;
      return;
    }
    yield checkVersion(version);
    yield await checkClock(pool);
    const schema = await checkSchema(pool);
    yield schema;
    if (schema.state === 'problem') return;
    if (encryptionKeys !== undefined) yield await checkSealing(pool, encryptionKeys);
    yield await checkApiKeys(pool);
    yield* checkOperation(pool, retentionDays);
  } finally {
    await pool.end();
  }
}

async function versionOf(pool: Pool): Promise<string | Finding> {
  try {
    const { rows } = await pool.query<{ version: string }>(
      `SELECT current_setting('server_version') AS version`,
    );
    return rows[0]?.version ?? '';
  } catch (error) {
    return problem(
      'Postgres',
      `does not answer: ${connectionProblem(error)}`,
      'Start it, or correct DATABASE_URL (host, port, user, password, database).',
    );
  }
}

function checkVersion(version: string): Finding {
  return Number.parseInt(version, 10) >= oldestVersion
    ? ok('Postgres', `answers, version ${version}`)
    : problem('Postgres', `is of version ${version}`, `Use ${oldestVersion} or newer.`);
}

async function checkClock(pool: Pool): Promise<Finding> {
  // The first query of the pool has connected, so that only one round trip is in this.
  const askedMs = Date.now();
  const { rows } = await pool.query<{ now: Date }>('SELECT clock_timestamp() AS now');
  const middleMs = (askedMs + Date.now()) / 2;
  const apartMs = Math.round(Math.abs((rows[0]?.now.getTime() ?? 0) - middleMs));
  if (apartMs <= clockWarningMs) return ok('clock', `agrees with the database's within a second`);
  const detail = `this machine's and the database's are ${(apartMs / 1_000).toFixed(1)} s apart`;
  const remedy = 'Set both by a time server: `timedatectl set-ntp true`, or chrony.';
  return (apartMs > clockProblemMs ? problem : warning)('clock', detail, remedy);
}

async function checkSchema(pool: Pool): Promise<Finding> {
  const pending = await pendingMigrations(pool);
  if (pending.length > 0) {
    return problem(
      'schema',
      `lacks ${pending.join(', ')}`,
      'Run `everhook migrate`, or start the service.',
    );
  }
  if (await hasRowsOutsideDays(pool)) {
    return warning(
      'schema',
      'is of this version, but rows have fallen outside the partitions of days',
      'Look at the clocks, and let a process with the dispatcher role run all the time.',
    );
  }
  return ok('schema', 'is of this version');
}

async function checkSealing(pool: Pool, keysText: string): Promise<Finding> {
  const { rowCount } = await pool.query('SELECT FROM encryption_check');
  try {
    const sealer = createSealer(parseEncryptionKeys(keysText));
    // Before the first start there is nothing to hold them against, and nothing is to be written here.
    if (rowCount === 0) return ok('encryption keys', 'are well formed, and not in use yet');
    await checkEncryptionKeys(pool, sealer);
    return ok('encryption keys', 'are those that this database was sealed with');
  } catch (error) {
    return problem(
      'encryption keys',
      (error as Error).message,
      'Correct EVERHOOK_ENCRYPTION_KEYS; without the right ones no secret can be opened.',
    );
  }
}

async function checkApiKeys(pool: Pool): Promise<Finding> {
  const usable = await countUsableApiKeys(pool);
  const counts = environments.map((name) => `${usable.get(name) ?? 0} for ${name}`).join(', ');
  return usable.size > 0
    ? ok('API keys', counts)
    : problem('API keys', 'there is none', 'Run `npx everhook keys create first`.');
}
