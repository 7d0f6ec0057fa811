import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeTempFolder } from '../setup/tempFolder.js';
import { findTemporal, type TemporalPlaces } from '../../src/embedded/findTemporal.js';
import { startReceiver, type Receiver } from '../setup/receiver.js';

const good = 'temporal version 1.8.2 (Server 1.31.2, UI 2.50.1)';

let folder: string;
let downloads: Receiver;
let places: TemporalPlaces;

beforeEach(async () => {
  folder = makeTempFolder('find');
  for (const name of ['path', 'cache', 'tools']) mkdirSync(join(folder, name));
  // Nothing that Go could build: it says so at once.
  writeFileSync(
    join(folder, 'tools', 'go.mod'),
    'module x\n\nrequire github.com/temporalio/cli v9.9.9\n',
  );
  downloads = await startReceiver(() => ({ status: 404 }));
  places = {
    searchPath: [join(folder, 'path')],
    cacheDir: join(folder, 'cache'),
    downloads: downloads.url,
    toolsFolder: join(folder, 'tools'),
  };
});

afterEach(async () => {
  await downloads.close();
  rmSync(folder, { recursive: true });
});

/** A program that says what `temporal --version` would. */
function writeProgram(parent: string, says: string): string {
  mkdirSync(parent, { recursive: true });
  const path = join(parent, 'temporal');
  writeFileSync(path, `#!/bin/sh\necho '${says}'\n`);
  chmodSync(path, 0o755);
  return path;
}

const cached = () => join(folder, 'cache', 'everhook', 'temporal-9.9.9');
const find = () => findTemporal({ places, progress: () => undefined });

describe('findTemporal', () => {
  it('uses TEMPORAL_CLI_PATH and nothing else', async () => {
    const given = writeProgram(join(folder, 'given'), good);
    writeProgram(join(folder, 'path'), good);
    expect(await findTemporal({ cliPath: given, places })).toBe(given);
    await expect(findTemporal({ cliPath: join(folder, 'none'), places })).rejects.toThrow(
      /TEMPORAL_CLI_PATH=.*none does not run/,
    );
  });

  it('prefers PATH to the cache', async () => {
    const onPath = writeProgram(join(folder, 'path'), good);
    const inCache = writeProgram(cached(), good);
    expect(await find()).toBe(onPath);
    rmSync(onPath);
    expect(await find()).toBe(inCache);
    expect(downloads.requests).toEqual([]);
  });

  it('passes over what is too old or something else', async () => {
    writeProgram(join(folder, 'path'), 'temporal version 1.0.0 (Server 1.24.2, UI 2.1)');
    const inCache = writeProgram(cached(), good);
    expect(await find()).toBe(inCache);
    writeProgram(join(folder, 'path'), 'a calendar');
    expect(await find()).toBe(inCache);
  });

  it('downloads into the cache, once for two that start at the same time', async () => {
    const source = writeProgram(join(folder, 'archive'), good);
    execFileSync('tar', ['-czf', join(folder, 'a.tgz'), '-C', join(folder, 'archive'), 'temporal']);
    downloads.setScript(() => ({ body: readFileSync(join(folder, 'a.tgz')), delayMs: 200 }));
    const [first, second] = await Promise.all([find(), find()]);
    expect(first).toBe(join(cached(), 'temporal'));
    expect(second).toBe(first);
    expect(readFileSync(first)).toEqual(readFileSync(source));
    expect(downloads.requests.map((request) => request.url.split('?')[0])).toEqual([
      '/cli/archive/v9.9.9',
    ]);
    expect(readdirSync(cached())).toEqual(['temporal']);
  });

  it('lists what was tried and what to install where nothing works', async () => {
    writeProgram(join(folder, 'path'), 'temporal version 1.0.0 (Server 1.24.2, UI 2.1)');
    const message = await find().then(
      () => 'found',
      (error: Error) => error.message,
    );
    expect(message).toMatch(/path\/temporal is too old: Temporal server 1\.24, needed 1\.29/);
    expect(message).toContain(`cache: no usable ${join(cached(), 'temporal')}`);
    expect(message).toMatch(/download: http:.* answered 404/);
    expect(message).toMatch(/build: (go build ended with|spawn go)/);
    for (const mend of ['Temporal CLI 9.9.9', 'TEMPORAL_CLI_PATH', 'Go 1.26', 'TEMPORAL_ADDRESS']) {
      expect(message).toContain(mend);
    }
    expect(readdirSync(cached())).toEqual([]);
  });

  it('ends when it is told to', async () => {
    downloads.setScript(() => ({ delayMs: 5_000 }));
    const stopping = new AbortController();
    const finding = findTemporal({ places, signal: stopping.signal, progress: () => undefined });
    await downloads.waitFor(1);
    stopping.abort();
    await expect(finding).rejects.toThrow('aborted');
  });
});
