import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { packageRoot } from '../../src/config/packageRoot.js';
import { packageVersion } from '../../src/config/packageVersion.js';
import { builtDist } from '../setup/builtDist.js';

const run = promisify(execFile);
const options = { cwd: packageRoot, timeout: 60_000 };

beforeAll(() => builtDist(), 300_000);

describe('the package', () => {
  it('has the command `everhook`, whose exit code says how it went', async () => {
    const command = join(packageRoot, 'bin', 'everhook.js');
    const { stdout } = await run(process.execPath, [command, '--version'], options);
    expect(stdout).toBe(`${packageVersion}\n`);
    const wrong = run(process.execPath, [command, 'dleiveries'], options);
    await expect(wrong).rejects.toMatchObject({ code: 2, stdout: '' });
  });

  it('exports the client, with its types', async () => {
    const program = `import { createClient } from 'everhook/client';
      console.log(typeof createClient({ url: 'http://127.0.0.1', apiKey: 'evh_' }).GET)`;
    const imported = run(process.execPath, ['--input-type=module', '-e', program], options);
    expect((await imported).stdout).toBe('function\n');
    for (const file of ['index.d.ts', 'schema.d.ts']) {
      expect(existsSync(join(packageRoot, 'dist', 'src', 'client', file)), file).toBe(true);
    }
  });
});
