import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageRoot } from '../../src/config/packageRoot.js';
import { findTemporal } from '../../src/embedded/findTemporal.js';
import { startTemporal } from '../../src/embedded/temporalServer.js';
import { makeTempFolder } from '../setup/tempFolder.js';
import { temporalVersion } from '../../src/embedded/temporalVersion.js';

const toolsFolder = join(packageRoot, 'tools', 'temporal');
const hasGo = spawnSync('go', ['version']).status === 0;

let folder: string;

beforeAll(() => {
  folder = makeTempFolder('build');
});

afterAll(() => rmSync(folder, { recursive: true }));

describe('findTemporal where nothing is there but Go', () => {
  it('builds the pinned server, once for two that start at the same time, and it runs', async ({
    skip,
  }) => {
    skip(!hasGo, 'Go is not installed');
    const lines: string[] = [];
    // Nobody listens on port 9 (discard): the download fails at once.
    const places = { searchPath: [], cacheDir: folder, downloads: 'http://127.0.0.1:9' };
    const find = () => findTemporal({ places, progress: (line) => void lines.push(line) });
    const [binary, again] = await Promise.all([find(), find()]);
    expect(again).toBe(binary);
    expect(
      lines.filter((line) => line.startsWith('Building the Temporal server with Go')),
    ).toHaveLength(1);
    const version = temporalVersion(toolsFolder);
    expect(execFileSync(binary, ['--version'], { encoding: 'utf8' })).toContain(
      `version ${version} `,
    );
    expect(readdirSync(join(folder, 'everhook', `temporal-${version}`))).toEqual(['temporal']);

    const ports = { preferredPort: 0, preferredUiPort: 0 };
    const server = await startTemporal({
      folder: join(folder, 'data'),
      binary,
      namespaces: [],
      ...ports,
    });
    await server.stop();
  });
});
