import type { Command } from 'commander';
import { withoutQuery } from '../../domain/changesBetween.js';
import { maxSecretOverlapSeconds, secretOverlapSeconds } from '../../domain/limits.js';
import { jsonLine } from '../jsonLine.js';
import { commonOptions, tenantId, wholeNumber, type TenantOption } from '../options.js';
import { safeText } from '../safeText.js';
import type { SealedDatabase } from '../secrets/openSealedDatabase.js';
import { serviceOf } from '../serviceOf.js';
import type { Terminal } from '../terminal.js';

const help = `
status and reencrypt need DATABASE_URL and EVERHOOK_ENCRYPTION_KEYS as the services have them; without DATABASE_URL
they take those of the embedded stack that runs in this folder.
`;

const reencryptHelp = `
To change the key: add the new one behind the old in EVERHOOK_ENCRYPTION_KEYS of every process; when all have it, put it
first everywhere; then run this, while they go on working; then remove the old one. It may be ended at any time, and run
again; it refuses while a process that runs lacks the new key, or has another first.
`;

export function addSecrets(program: Command, terminal: Terminal): void {
  const secrets = program
    .command('secrets')
    .description('Secrets of endpoints, and what is encrypted in the database')
    .addHelpText('after', help);
  addRotate(secrets, terminal);
  secrets
    .command('status')
    .description('Show how much is encrypted with which key, and who has which keys')
    .action(async (_options: object, command: Command) => {
      const { showSealingStatus } = await import('../secrets/sealingStatus.js');
      await withDatabase(command, terminal, showSealingStatus);
    });
  secrets
    .command('reencrypt')
    .description('Encrypt all of it with the first key, while the service runs')
    .addHelpText('after', reencryptHelp)
    .action(async (_options: object, command: Command) => {
      const { reencrypt } = await import('../secrets/reencrypt.js');
      await withDatabase(command, terminal, reencrypt);
    });
}

interface RotateOptions extends TenantOption {
  overlapSeconds: number;
}

function addRotate(secrets: Command, terminal: Terminal): void {
  secrets
    .command('rotate')
    .description('Give every endpoint of a tenant a new secret')
    .requiredOption('-t, --tenant <id>', 'whose endpoints', tenantId)
    .option(
      '--overlap-seconds <seconds>',
      'how long the old secrets sign beside the new ones; 0: they end at once',
      wholeNumber(0, maxSecretOverlapSeconds),
      secretOverlapSeconds,
    )
    .action(async ({ tenant, overlapSeconds }: RotateOptions, command: Command) => {
      const { client, json } = serviceOf(terminal, command);
      const { rotateAll } = await import('../secrets/rotateAll.js');
      let rotated = 0;
      for await (const { id, url } of rotateAll(client, tenant, overlapSeconds)) {
        rotated += 1;
        const shown = `${id}  ${safeText(withoutQuery(url))}`;
        terminal.out(json ? jsonLine({ id, rotated: true }) : `${shown}\n`);
      }
      if (rotated === 0) throw new Error(`${tenant} has no endpoints here: nothing was changed.`);
      terminal.err(`${rotated} have a new secret; ${oldOnes(overlapSeconds)}.\n`);
    });
}

function oldOnes(overlapSeconds: number): string {
  if (overlapSeconds === 0) return 'the old ones have ended';
  const until = new Date(Date.now() + overlapSeconds * 1_000).toISOString();
  return `the old ones sign beside them until ${until}`;
}

async function withDatabase(
  command: Command,
  terminal: Terminal,
  work: (database: SealedDatabase, terminal: Terminal, asJson: boolean) => Promise<void>,
): Promise<void> {
  const { json = false } = commonOptions(command);
  // Only where it is needed: the database's driver takes longer to load than the rest of a command.
  const { openSealedDatabase } = await import('../secrets/openSealedDatabase.js');
  const database = openSealedDatabase(terminal.environment);
  try {
    await work(database, terminal, json);
  } finally {
    await database.pool.end();
  }
}
