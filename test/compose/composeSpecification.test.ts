import { execFile, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { packageRoot } from '../../src/config/packageRoot.js';
import { makeTempFolder } from '../setup/tempFolder.js';
import { readComposeFile } from './composeFile.js';

const run = promisify(execFile);
const hasGo = spawnSync('go', ['version']).status === 0;
const composeFile = join(packageRoot, 'docker-compose.yml');

interface Project {
  services: Record<string, { environment: Record<string, string> }>;
}

let folder: string;
let envFile: string;

/** The file as Docker Compose understands it, by the library that it is made of. */
async function load(file: string): Promise<Project> {
  const { stdout } = await run(join(folder, 'compose'), [file, envFile]);
  return JSON.parse(stdout) as Project;
}

/** The file with a change. */
function changed(search: string, replacement: string): string {
  const text = readFileSync(composeFile, 'utf8');
  expect(text).toContain(search);
  const file = join(folder, 'docker-compose.yml');
  writeFileSync(file, text.replace(search, replacement));
  return file;
}

describe('docker-compose.yml', () => {
  beforeAll(async () => {
    if (!hasGo) return;
    folder = makeTempFolder('compose');
    envFile = join(folder, '.env');
    await run('go', ['build', '-o', join(folder, 'compose'), '.'], {
      cwd: join(packageRoot, 'tools', 'compose'),
    });
    await run(process.execPath, [join(packageRoot, 'scripts', 'makeEnv.mjs'), folder]);
  }, 300_000);

  it('keeps to the specification, with the variables of `.env`', async (context) => {
    if (!hasGo) context.skip("Go isn't here, which builds the validator");
    const { services } = await load(composeFile);
    expect(Object.keys(services).toSorted()).toEqual(
      Object.keys(readComposeFile().services).toSorted(),
    );
    for (const { environment } of Object.values(services)) {
      for (const [variable, value] of Object.entries(environment)) {
        expect(value, variable).not.toContain('${');
      }
    }
    const env = readFileSync(envFile, 'utf8');
    const password = /^EVERHOOK_DB_PASSWORD=(.+)$/m.exec(env)?.[1];
    const { DATABASE_URL } = services['worker-2']?.environment ?? {};
    expect(DATABASE_URL).toBe(`postgres://everhook:${password}@postgres:5432/everhook`);
  });

  it('is refused where it does not, or where `.env` is missing', async (context) => {
    if (!hasGo) context.skip("Go isn't here, which builds the validator");
    await expect(load(changed('cap_drop:', 'cap_dropped:'))).rejects.toThrow('cap_dropped');
    await expect(load(changed('{ condition: service_healthy }', '{}'))).rejects.toThrow();
    await expect(load(changed('- postgres:/var', '- postgress:/var'))).rejects.toThrow('postgress');
    writeFileSync(envFile, '');
    await expect(load(composeFile)).rejects.toThrow('run node scripts/makeEnv.mjs first');
  });
});
