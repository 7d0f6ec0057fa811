import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packageRoot } from '../../src/config/packageRoot.js';
import { makeTempFolder } from '../setup/tempFolder.js';

const breaking = {
  'no-floating-promises': 'export function f(): void { Promise.resolve(1); }',
  'no-misused-promises': 'export function f(): void { [1].forEach(async () => { await null; }); }',
  'no-explicit-any': 'export const a: any = 1;',
  'ban-ts-comment': '// @ts-ignore\nexport const a = 1;',
  'no-non-null-assertion': 'export const a = (b?: string): string => b!;',
  'no-process-env': "export const a = process.env['HOME'];",
  'no-console': "export const a = (): void => console.log('a');",
  'only-throw-error': "export function f(): never { throw 'a'; }",
};

describe('the linter', () => {
  it('finds what the code must not have', { timeout: 60_000 }, () => {
    const folder = makeTempFolder('lint');
    for (const part of ['.oxlintrc.json', 'tsconfig.json', 'package.json']) {
      cpSync(join(packageRoot, part), join(folder, part));
    }
    symlinkSync(join(packageRoot, 'node_modules'), join(folder, 'node_modules'));
    mkdirSync(join(folder, 'src'));
    for (const [rule, text] of Object.entries(breaking)) {
      writeFileSync(join(folder, 'src', `${rule}.ts`), `${text}\n`);
    }
    const oxlint = join(packageRoot, 'node_modules', 'oxlint', 'bin', 'oxlint');
    const { stdout, status } = spawnSync(
      process.execPath,
      [oxlint, '--type-aware', '--deny-warnings', '--format=unix'],
      { cwd: folder, encoding: 'utf8' },
    );
    expect(status).toBe(1);
    const lines = stdout.split('\n');
    for (const rule of Object.keys(breaking)) {
      const isFound = lines.some(
        (line) => line.startsWith(`src/${rule}.ts:`) && line.includes(`(${rule})`),
      );
      expect(isFound, `${rule} in:\n${stdout}`).toBe(true);
    }
  });
});
