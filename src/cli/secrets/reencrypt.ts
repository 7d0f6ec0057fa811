import { readIfThere } from '../../embedded/readIfThere.js';
import { checkEncryptionKeys } from '../../store/checkEncryptionKeys.js';
import { holdersNotReady, readKeyHolders, type KeyHolder } from '../../store/keyHolders.js';
import type { SealedCount } from '../../store/sealedTexts.js';
import { sealAnew, type SealedAnew } from '../../store/sealAnew.js';
import type { Terminal } from '../terminal.js';
import type { SealedDatabase } from './openSealedDatabase.js';
import { jsonLine } from '../jsonLine.js';

/** Seals all with the first key, tells how far it is, and says which keys may go. Throws where something is left. */
export async function reencrypt(
  database: SealedDatabase,
  terminal: Terminal,
  asJson: boolean,
): Promise<void> {
  const { pool, sealer } = database;
  await checkEncryptionKeys(pool, sealer);
  await refuseUnready(database);
  const flaws = new Set<string>();
  const chunks = sealAnew(pool, sealer);
  let next = await chunks.next();
  for (; next.done !== true; next = await chunks.next()) {
    for (const flaw of next.value.flaws) flaws.add(flaw);
    tell(next.value, terminal, asJson);
  }
  if (next.value.length > 0) throw new Error(leftOver(next.value, flaws));
  // One that started meanwhile with another key first has the old key in use again.
  await refuseUnready(database);
  end(sealer.keyIds, terminal, asJson);
  warnOfFile(database, terminal);
}

/** The next start without the setting reads the embedded stack's own file. */
function warnOfFile({ sealer, keysFile }: SealedDatabase, terminal: Terminal): void {
  const [first = ''] = sealer.keyIds;
  const text = keysFile === null ? undefined : readIfThere(keysFile);
  if (text === undefined || text.startsWith(`${first}:`)) return;
  terminal.err(
    `${keysFile} doesn't begin with "${first}": write the keys there, or a start without EVERHOOK_ENCRYPTION_KEYS is refused.\n`,
  );
}

/** What is sealed with a key that a process lacks fails there; what a process goes on sealing with another is never done. */
async function refuseUnready({ pool, sealer }: SealedDatabase): Promise<void> {
  const { lacking, sealingWithAnother } = holdersNotReady(
    await readKeyHolders(pool),
    sealer.keyMarks[0] ?? '',
  );
  const first = `"${sealer.keyIds[0] ?? ''}"`;
  if (lacking.length > 0) {
    throw new Error(
      `The key ${first}, with these bytes, is not among those of ${named(lacking)}. Give it to every process, ` +
        'behind its first key, then as its first key, and then come again. ' +
        '(A process that was killed is believed to run for 30 s more.)',
    );
  }
  if (sealingWithAnother.length > 0) {
    throw new Error(
      `Another key than ${first} is the first of ${named(sealingWithAnother)}, and goes on sealing there. Put ${first} ` +
        'first everywhere, and then come again. (A process that was killed is believed to run for 30 s more.)',
    );
  }
}

function named(holders: readonly KeyHolder[]): string {
  return holders.map(({ host, pid }) => `process ${pid} on ${host}`).join(', ');
}

function tell(
  { column, keyId, done, total }: SealedAnew,
  terminal: Terminal,
  asJson: boolean,
): void {
  const name = `${column.table}.${column.column}`;
  if (asJson) terminal.out(jsonLine({ column: name, key: keyId, done, total }));
  else terminal.out(`${name}: ${done} of ${total} that were sealed with "${keyId}"\n`);
}

function leftOver(left: readonly SealedCount[], flaws: ReadonlySet<string>): string {
  const counts = left.map(
    ({ column, keyId, count }) => `${count} of ${column.table}.${column.column} with "${keyId}"`,
  );
  const [flaw] = flaws;
  return (
    `Still sealed with other keys: ${counts.join(', ')}. Keep these keys. ` +
    (flaw === undefined
      ? 'Others had them locked, or still seal with these keys: run it again.'
      : `${flaws.size} can't be opened, such as ${flaw}`)
  );
}

function end(
  [first = '', ...others]: readonly string[],
  terminal: Terminal,
  asJson: boolean,
): void {
  if (asJson) {
    terminal.out(jsonLine({ sealedWith: first, removable: others }));
    return;
  }
  terminal.out(`Everything is sealed with "${first}".\n`);
  if (others.length === 0) return;
  terminal.out(
    `${others.map((id) => `"${id}"`).join(', ')} may be removed from EVERHOOK_ENCRYPTION_KEYS; ` +
      'keep it with the backups that were made until now.\n',
  );
}
