import { execFileSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { EmbeddedError } from './embeddedError.js';

/** The user and group that a process runs as. */
export interface Account {
  uid: number;
  gid: number;
}

/**
 * Whom Postgres runs as: it refuses root, so for root another user that the machine already has. One that began a
 * data folder keeps it. Undefined: the user who started us. (No user is made: that would change the machine.)
 */
export function postgresAccount(folder: string): Account | undefined {
  if (process.getuid?.() !== 0) return undefined;
  if (existsSync(folder)) {
    const { uid, gid } = statSync(folder);
    if (uid !== 0) return { uid, gid };
  }
  const found = lookUp('postgres') ?? lookUp('nobody');
  if (found !== undefined) return found;
  throw new EmbeddedError(
    'Postgres does not run as root, and there is neither a user "postgres" nor "nobody" here. Start Everhook as an ordinary user.',
  );
}

function lookUp(user: string): Account | undefined {
  try {
    const [uid, gid] = ['-u', '-g'].map((option) =>
      Number(execFileSync('id', [option, user], { encoding: 'utf8', stdio: 'pipe' })),
    );
    return uid === undefined || gid === undefined ? undefined : { uid, gid };
  } catch (error) {
    // id ends with 1 where there is no such user.
    if ((error as { status?: number }).status === 1) return undefined;
    throw error;
  }
}

/**
 * How to run a program as another user. Where that user can't reach one of the paths (a checkout in /root, mode 700),
 * the program keeps root's right to pass by file modes, and nothing else of root's (CAP_DAC_READ_SEARCH would do,
 * but containers don't have it).
 */
export function commandAs(
  account: Account,
  command: string,
  commandArguments: readonly string[],
  paths: readonly string[],
): { command: string; commandArguments: readonly string[]; runAs?: Account } {
  if (paths.every((path) => canReach(account, path))) {
    return { command, commandArguments, runAs: account };
  }
  const identity = [`--reuid=${account.uid}`, `--regid=${account.gid}`, '--clear-groups'];
  const right = ['--inh-caps=+dac_override', '--ambient-caps=+dac_override'];
  return {
    command: 'setpriv',
    commandArguments: [...identity, ...right, command, ...commandArguments],
  };
}

const mayPass = { owner: 0o100, group: 0o010, others: 0o001 };

/** Whether each folder above the path lets the user through. Access control lists are not looked at. */
function canReach({ uid, gid }: Account, path: string): boolean {
  const folder = dirname(path);
  if (folder === path) return true;
  const found = statSync(folder);
  const who = found.uid === uid ? 'owner' : found.gid === gid ? 'group' : 'others';
  return (found.mode & mayPass[who]) !== 0 && canReach({ uid, gid }, folder);
}
