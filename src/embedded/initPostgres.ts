import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { serverEnvironment } from '../config/hostEnvironment.js';
import { EmbeddedError } from './embeddedError.js';
import { commandAs, type Account } from './postgresAccount.js';

export const postgresUser = 'everhook';
const initTimeoutMs = 120_000;

/**
 * Makes the database cluster in `<folder>/data`, unless it is there, and returns the password of its one user, which
 * is kept in `<folder>/password`, readable by its owner alone. An interrupted run leaves nothing that counts.
 */
export async function initPostgres(
  folder: string,
  initdb: string,
  account?: Account,
): Promise<string> {
  const dataFolder = join(folder, 'data');
  const passwordFile = join(folder, 'password');
  if (!existsSync(dataFolder)) {
    makeFolder(folder, account);
    const draft = join(folder, 'data.new');
    rmSync(draft, { recursive: true, force: true });
    writePassword(passwordFile, account);
    await runInitdb(initdb, draft, passwordFile, account);
    renameSync(draft, dataFolder);
  }
  try {
    return readFileSync(passwordFile, 'utf8').trim();
  } catch (cause) {
    throw new EmbeddedError(
      `The database's password can't be read from ${passwordFile}: ${(cause as Error).message}. Put the file back, or erase the data folder.`,
      { cause },
    );
  }
}

function makeFolder(folder: string, account?: Account): void {
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, 0o700);
  if (account !== undefined) chownSync(folder, account.uid, account.gid);
}

/** Owned by the account that Postgres runs as, since initdb reads it. */
function writePassword(passwordFile: string, account?: Account): void {
  writeFileSync(passwordFile, `${randomBytes(24).toString('base64url')}\n`, { mode: 0o600 });
  if (account !== undefined) chownSync(passwordFile, account.uid, account.gid);
}

async function runInitdb(
  initdb: string,
  dataFolder: string,
  passwordFile: string,
  account?: Account,
) {
  const commandArguments = [
    `--pgdata=${dataFolder}`,
    `--username=${postgresUser}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    // Sorts by code point, whatever the machine's locales are and whenever they change.
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
  ];
  const plan = account && commandAs(account, initdb, commandArguments, [initdb, dataFolder]);
  try {
    await promisify(execFile)(plan?.command ?? initdb, plan?.commandArguments ?? commandArguments, {
      env: serverEnvironment,
      cwd: '/',
      timeout: initTimeoutMs,
      ...plan?.runAs,
    });
  } catch (cause) {
    const { stderr, message } = cause as Error & { stderr?: string };
    throw new EmbeddedError(
      `The embedded database can't be made: ${stderr || message}\nMend that, or set DATABASE_URL to a PostgreSQL of your own.`,
      { cause },
    );
  }
}
