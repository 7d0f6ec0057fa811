import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { findClusterPrograms } from '../../src/embedded/cluster/findClusterPrograms.js';
import { makeTempFolder } from '../setup/tempFolder.js';

const { signal } = new AbortController();

function makePlaces() {
  const folder = makeTempFolder('cluster-programs');
  const places = { cacheDir: join(folder, 'cache'), toolsFolder: join(folder, 'tools') };
  mkdirSync(places.toolsFolder);
  // Nothing that Go could build: it says so at once.
  writeFileSync(
    join(places.toolsFolder, 'go.mod'),
    'module x\n\nrequire (\n\tgo.temporal.io/server v9.8.7 // indirect\n\tgithub.com/temporalio/ui-server/v2 v2.3.4\n)\n',
  );
  return places;
}

it('takes the programs of the pinned versions from the cache', async () => {
  const places = makePlaces();
  const program = (name: string) => join(places.cacheDir, 'everhook', name);
  const expected = {
    server: program('temporal-server-9.8.7/temporal-server'),
    sqlTool: program('temporal-server-9.8.7/temporal-sql-tool'),
    ui: program('temporal-ui-2.3.4/temporal-ui-server'),
  };
  for (const path of Object.values(expected)) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, '');
  }
  const lines: string[] = [];
  const progress = (line: string) => void lines.push(line);
  expect(await findClusterPrograms({ progress, signal, places })).toEqual(expected);
  expect(lines).toEqual([]);
});

it('says what to do where they can be neither found nor built, and leaves nothing half made', async () => {
  const places = makePlaces();
  const finding = findClusterPrograms({ progress: () => undefined, signal, places });
  await expect(finding).rejects.toThrow(
    /^temporal-server can't be built: [^]*Install Go 1\.26 or newer/,
  );
  expect(readdirSync(join(places.cacheDir, 'everhook', 'temporal-server-9.8.7'))).toEqual([]);
});
