import { execFile } from 'node:child_process';
import { cpSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packageRoot } from '../../src/config/packageRoot.js';
import { makeTempFolder } from '../setup/tempFolder.js';

const config = '.dependency-cruiser.cjs';

interface Violation {
  from: string;
  rule: { name: string };
}

/** A copy of the product with files added, and the violations found in it: `rule: file`. */
async function violationsWith(added: Record<string, string>): Promise<string[]> {
  const folder = makeTempFolder('architecture');
  for (const part of ['src', 'workflows', 'activities', 'package.json', 'tsconfig.json', config]) {
    cpSync(join(packageRoot, part), join(folder, part), { recursive: true });
  }
  symlinkSync(join(packageRoot, 'node_modules'), join(folder, 'node_modules'));
  for (const [path, text] of Object.entries(added)) writeFileSync(join(folder, path), text);
  const cruiser = join(packageRoot, 'node_modules', 'dependency-cruiser', 'bin');
  const output = await new Promise<string>((resolve, reject) => {
    execFile(
      process.execPath,
      [
        ...[join(cruiser, 'dependency-cruise.mjs'), '--config', config, '--preserve-symlinks'],
        ...['--output-type', 'json', 'src', 'workflows', 'activities'],
      ],
      { cwd: folder, maxBuffer: 64 * 1024 * 1024 },
      (error, stdout) => (stdout === '' && error ? reject(error) : resolve(stdout)),
    );
  });
  const { summary } = JSON.parse(output) as { summary: { violations: Violation[] } };
  return summary.violations.map(({ from, rule }) => `${rule.name}: ${from}`);
}

/** For each rule a file that breaks it. */
const breaking: [rule: string, path: string, text: string][] = [
  ['no-circles', 'src/domain/circle.ts', "import './circle.js';"],
  ['resolvable', 'src/store/missing.ts', "import './notThere.js';"],
  ['packages-are-declared', 'src/store/development.ts', "import 'fast-check';"],
  [
    'docs-are-made-in-development',
    'src/service/documents.ts',
    "import '../docs/settingsTable.js';",
  ],
  ['domain-is-pure', 'src/domain/reads.ts', "import 'node:fs';"],
  ['domain-is-pure', 'src/domain/validates.ts', "import 'zod';"],
  [
    'contract-on-domain',
    'src/contract/stores.ts',
    "import type { Pool } from '../store/pool.js'; export type P = Pool;",
  ],
  ['workflows-are-deterministic', 'workflows/direct.ts', "import '../src/store/pool.js';"],
  ['workflows-are-deterministic', 'workflows/byWay.ts', "import '../src/domain/reads.js';"],
  [
    'activities-over-delivery-and-store',
    'activities/dispatches.ts',
    "import '../src/intake/createIntake.js';",
  ],
  ['api-without-workflows', 'src/api/direct.ts', "import '../../activities/index.js';"],
  ['api-without-workflows', 'src/api/byWay.ts', "import './direct.js';"],
  ['schemas-on-domain', 'src/jsonSchema/stores.ts', "import '../store/pool.js';"],
  ['catalogs-on-domain', 'src/catalogs/stores.ts', "import '../store/pool.js';"],
  [
    'a-catalog-is-its-folder',
    'src/catalogs/flow-sessions/other.ts',
    "import '../flows-platform/index.js';",
  ],
  ['a-catalog-comes-before-all', 'src/catalogs/flow-sessions/all.ts', "import '../formats.js';"],
  ['a-catalog-is-its-folder', 'src/catalogs/flow-sessions/asks.ts', "import 'zod';"],
  ['nobody-imports-a-catalog', 'src/api/knows.ts', "import '../catalogs/flow-sessions/index.js';"],
  ['store-below-its-users', 'src/store/sending.ts', "import '../delivery/sender.js';"],
  ['parts-below-the-api', 'src/store/shows.ts', "import '../api/createApi.js';"],
  ['api-below-the-service', 'src/api/wires.ts', "import '../service/startService.js';"],
  ['wired-in-one-place', 'src/temporal/wires.ts', "import '../../activities/index.js';"],
  ['pg-kept-to-its-folders', 'src/api/queries.ts', "import 'pg';"],
  ['undici-kept-to-its-folders', 'src/store/sends.ts', "import 'undici';"],
  ['prom-client-kept-to-its-folders', 'src/intake/counts.ts', "import 'prom-client';"],
  ['temporalio-workflow-kept-to-its-folders', 'src/intake/w.ts', "import '@temporalio/workflow';"],
];

describe('who imports whom', () => {
  it('is as the rules say, and each rule catches what breaks it', { timeout: 60_000 }, async () => {
    const added = Object.fromEntries(breaking.map(([, path, text]) => [path, text]));
    const found = new Set(await violationsWith(added));
    const expected = breaking.map(([rule, path]) => `${rule}: ${path}`);
    expect(expected.filter((violation) => !found.has(violation))).toEqual([]);
    // The code itself breaks none.
    const paths = new Set(Object.keys(added));
    expect([...found].filter((violation) => !paths.has(violation.split(': ')[1] ?? ''))).toEqual(
      [],
    );
  });
});
