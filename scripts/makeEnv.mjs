// Writes `.env` for docker-compose.yml, with fresh secrets, readable by its owner alone. An `.env` that is there is
// never touched: what its keys have encrypted can't be read with others.
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

const file = join(process.argv[2] ?? process.cwd(), '.env');
const password = () => randomBytes(24).toString('hex');

const text = `# Made by scripts/makeEnv.mjs. Keep a copy in a safe place: without EVERHOOK_ENCRYPTION_KEYS the secrets of
# endpoints in the database can't be read by anybody.
POSTGRES_PASSWORD=${password()}
EVERHOOK_DB_PASSWORD=${password()}
TEMPORAL_DB_PASSWORD=${password()}
EVERHOOK_ENCRYPTION_KEYS=k1:${randomBytes(32).toString('base64')}
EVERHOOK_METRICS_TOKEN=${password()}
`;

try {
  writeFileSync(file, text, { mode: 0o600, flag: 'wx' });
  process.stderr.write(`Made ${file}. Next: docker compose up --build --wait\n`);
} catch (error) {
  if (error.code !== 'EEXIST') throw error;
  process.stderr.write(`${file} is there already; nothing was changed.\n`);
  process.exitCode = 1;
}
