import { countSealed } from '../../store/sealedTexts.js';
import { readKeyHolders } from '../../store/keyHolders.js';
import { table } from '../table.js';
import type { Terminal } from '../terminal.js';
import type { SealedDatabase } from './openSealedDatabase.js';
import { jsonLine } from '../jsonLine.js';

/** Shows how much is sealed with which key, and which keys the processes have that run now. */
export async function showSealingStatus(
  { pool, sealer }: SealedDatabase,
  terminal: Terminal,
  asJson: boolean,
): Promise<void> {
  const counts = (await countSealed(pool)).map(({ column, keyId, count }) => ({
    column: `${column.table}.${column.column}`,
    key: keyId,
    count,
  }));
  const processes = (await readKeyHolders(pool)).map(({ host, pid, keys }) => ({
    host,
    pid,
    keys: keys.map(idOf),
  }));
  const [first = ''] = sealer.keyIds;
  if (asJson) {
    terminal.out(jsonLine({ sealsWith: first, counts, processes }));
    return;
  }
  const rows = counts.map(({ column, key, count }) => [column, noted(sealer, key), `${count}`]);
  terminal.out(table(['SEALED', 'KEY', 'TEXTS'], rows));
  terminal.out('\n');
  const running = processes.map(({ host, pid, keys }) => [host, `${pid}`, keys.join(', ')]);
  terminal.out(table(['PROCESS ON', 'PID', 'KEYS, THE FIRST SEALS'], running));
  const old = counts.filter(({ key }) => key !== first).reduce((sum, { count }) => sum + count, 0);
  terminal.err(
    old === 0
      ? `Everything is sealed with "${first}".\n`
      : `${old} to seal anew with "${first}": \`npx everhook secrets reencrypt\`.\n`,
  );
}

function noted({ keyIds }: SealedDatabase['sealer'], key: string): string {
  return keyIds.includes(key) ? key : `${key} (not among the given ones)`;
}

/** Of a key as processes announce it. */
function idOf(mark: string): string {
  return mark.slice(0, mark.lastIndexOf(':'));
}
