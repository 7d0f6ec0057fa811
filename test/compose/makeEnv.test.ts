import { spawnSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/config/loadConfig.js';
import { packageRoot } from '../../src/config/packageRoot.js';
import { parseEncryptionKeys } from '../../src/store/sealer.js';
import { makeTempFolder } from '../setup/tempFolder.js';
import { readComposeFile } from './composeFile.js';

const makeEnv = (folder: string) =>
  spawnSync(process.execPath, [join(packageRoot, 'scripts', 'makeEnv.mjs')], {
    cwd: folder,
    encoding: 'utf8',
  });

describe('scripts/makeEnv.mjs', () => {
  it('makes what docker-compose.yml asks for, for its owner alone', () => {
    const folder = makeTempFolder('env');
    const { status, stderr } = makeEnv(folder);
    expect(status, stderr).toBe(0);
    const file = join(folder, '.env');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const made = parseEnv(readFileSync(file, 'utf8')) as Record<string, string>;
    const { text } = readComposeFile();
    const required = [...text.matchAll(/\$\{(\w+):\?/g)].map(([, variable]) => variable ?? '');
    expect(required.filter((variable) => !made[variable])).toEqual([]);
    expect(Object.keys(made).filter((variable) => !text.includes(`\${${variable}:`))).toEqual([]);
    // Passwords stand in URLs as they are, and in SQL.
    for (const [variable, value] of Object.entries(made)) {
      if (variable.endsWith('PASSWORD')) expect(value).toMatch(/^[0-9a-f]{48}$/);
    }
    expect(new Set(Object.values(made)).size).toBe(Object.keys(made).length);
    const { encryptionKeys, metricsToken } = loadConfig(made);
    expect(metricsToken).toBe(made['EVERHOOK_METRICS_TOKEN']);
    expect(() => parseEncryptionKeys(encryptionKeys ?? '')).not.toThrow();
    expect(stderr).not.toContain(made['EVERHOOK_ENCRYPTION_KEYS']);
  });

  it('never touches one that is there', () => {
    const folder = makeTempFolder('env');
    makeEnv(folder);
    const before = readFileSync(join(folder, '.env'), 'utf8');
    const { status, stderr } = makeEnv(folder);
    expect(status).toBe(1);
    expect(stderr).toContain('is there already');
    expect(readFileSync(join(folder, '.env'), 'utf8')).toBe(before);
  });
});
