import { execFile, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { composeRequest } from '../../src/delivery/composeRequest.js';
import { publicKey } from '../../src/delivery/signing/ed25519Key.js';
import { generateSecret } from '../../src/delivery/signing/generateSecret.js';
import { makeTempFolder } from '../setup/tempFolder.js';

const run = promisify(execFile);

const root = new URL('../../', import.meta.url).pathname;
const page = readFileSync(join(root, 'docs/receiving.md'), 'utf8');

interface Language {
  /** As the page's code is marked. */
  name: string;
  command: string[];
  build?: string[];
  /** What must run for the language to be there. */
  probe: string[];
  driver: string;
  /** Where the driver looks for the two pieces of code: that for secrets, that for public keys. */
  files: [string, string];
}

const languages: Language[] = [
  {
    name: 'js',
    command: ['node', 'driver.mjs'],
    probe: ['node', '--version'],
    driver: 'driver.mjs',
    files: ['verify.mjs', 'isSigned.mjs'],
  },
  {
    name: 'python',
    command: ['python3', 'driver.py'],
    probe: ['python3', '-c', 'import cryptography'],
    driver: 'driver.py',
    files: ['verify.py', 'is_signed.py'],
  },
  {
    name: 'go',
    build: ['go', 'build', '-o', 'driver', '.'],
    command: ['./driver'],
    probe: ['go', 'version'],
    driver: 'driver.go',
    files: ['receiver/verify.go', 'receiver/isSigned.go'],
  },
  {
    name: 'ruby',
    command: ['ruby', 'driver.rb'],
    probe: ['ruby', '-e', 'require "openssl"'],
    driver: 'driver.rb',
    files: ['verify.rb', 'is_signed.rb'],
  },
  {
    name: 'php',
    command: ['php', 'driver.php'],
    probe: ['php', '-r', 'sodium_crypto_sign_keypair();'],
    driver: 'driver.php',
    files: ['verify.php', 'isSigned.php'],
  },
];

/** A request as a receiver has it, what it verifies with, and whether that should succeed. */
interface Case {
  what: string;
  key: string;
  headers: Record<string, string>;
  /** Base64. */
  body: string;
  genuine: boolean;
}

const whsec = generateSecret();
const plain = 'Schlüssel, & "plain"';
const pair = generateSecret('ed25519');

function madeCase(what: string, genuine: boolean, key: string, changes: Changes = {}): Case {
  const { secrets = [whsec, plain, pair], sentBody = body, nowMs = Date.now() } = changes;
  const { headers } = composeRequest({
    webhookId: 'evt_01936f5e-7a3c-7000-8000-000000000001',
    url: 'https://hooks.example.com/',
    body,
    contentType: 'application/json',
    formatHeaders: {},
    customHeaders: {},
    secrets,
    signatures: [],
    nowMs,
  });
  const kept = Object.entries({ ...headers, ...changes.headers });
  return {
    what,
    key,
    genuine,
    headers: Object.fromEntries(kept.filter(([name]) => !changes.without?.includes(name))),
    body: Buffer.from(sentBody).toString('base64'),
  };
}

interface Changes {
  secrets?: string[];
  sentBody?: string;
  nowMs?: number;
  headers?: Record<string, string>;
  without?: string[];
}

const body = '{"text":"Grüße 🎉", "n": 1.10}';
const whpk = publicKey(pair);
const makeCases = (): Case[] => [
  madeCase('a whsec_ secret', true, whsec, { secrets: [whsec] }),
  madeCase('a plain-text secret', true, plain, { secrets: [plain] }),
  madeCase('a public key', true, whpk, { secrets: [pair] }),
  ...[whsec, plain, whpk].flatMap((key) => [
    madeCase('one of many signatures', true, key),
    madeCase('another body', false, key, { sentBody: `${body} ` }),
    madeCase('another id', false, key, { headers: { 'webhook-id': 'evt_other' } }),
    madeCase('signatures of others', false, key, {
      secrets: [generateSecret(), 'another', generateSecret('ed25519')],
    }),
    madeCase('an unknown version', false, key, { headers: { 'webhook-signature': 'v2,AAAA' } }),
  ]),
  ...[whsec, plain].flatMap((key) => [
    madeCase('4 minutes old', true, key, { nowMs: Date.now() - 240_000 }),
    madeCase('5 minutes old', false, key, { nowMs: Date.now() - 301_000 }),
    madeCase('6 minutes ahead', false, key, { nowMs: Date.now() + 360_000 }),
    madeCase('no timestamp', false, key, { without: ['webhook-timestamp'] }),
    madeCase('no signature', false, key, { without: ['webhook-signature'] }),
    madeCase('an empty signature', false, key, { headers: { 'webhook-signature': '' } }),
  ]),
];

function codeOf({ name }: Language): string[] {
  const blocks = page.matchAll(new RegExp(`^\`\`\`${name}\\n(.*?)^\`\`\`$`, 'gms'));
  return [...blocks].map(([, code = '']) => code);
}

describe('the code in docs/receiving.md', () => {
  it.for(languages)(
    'in $name takes what is genuine and nothing else',
    { timeout: 180_000 },
    async (language, context) => {
      const [program = '', ...probe] = language.probe;
      if (spawnSync(program, probe).status !== 0) context.skip(`${language.name} isn't here`);
      const folder = makeTempFolder('receiving-page');
      const blocks = codeOf(language);
      expect(blocks).toHaveLength(2);
      language.files.forEach((file, index) => {
        mkdirSync(dirname(join(folder, file)), { recursive: true });
        writeFileSync(join(folder, file), blocks[index] ?? '');
      });
      writeFileSync(join(folder, 'go.mod'), 'module receiving\n\ngo 1.21\n');
      copyFileSync(
        join(root, 'test/docs/receiving', language.driver),
        join(folder, language.driver),
      );
      const inFolder = ([command = '', ...args]: string[]) => run(command, args, { cwd: folder });
      if (language.build !== undefined) await inFolder(language.build);
      // Not before: their timestamps count.
      const cases = makeCases();
      writeFileSync(join(folder, 'cases.json'), JSON.stringify(cases));
      const { stdout, stderr } = await inFolder(language.command);
      expect(stderr).toBe('');
      const taken = JSON.parse(stdout) as boolean[];
      const seen = cases.map(({ what, key }, index) => `${key} ${what}: ${taken[index]}`);
      expect(seen).toEqual(cases.map(({ what, key, genuine }) => `${key} ${what}: ${genuine}`));
    },
  );
});
