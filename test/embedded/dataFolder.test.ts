import { rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeTempFolder } from '../setup/tempFolder.js';
import { dataFolderVersion, openDataFolder } from '../../src/embedded/dataFolder.js';
import { EmbeddedError } from '../../src/embedded/embeddedError.js';

let parent: string;

beforeEach(() => {
  parent = makeTempFolder('data');
});

afterEach(() => rmSync(parent, { recursive: true }));

describe('openDataFolder', () => {
  it('refuses a folder in use and names the process, until it is closed', () => {
    const path = join(parent, 'deep', 'data');
    const folder = openDataFolder(path);
    expect(() => openDataFolder(path)).toThrow(EmbeddedError);
    expect(() => openDataFolder(path)).toThrow(`process ${process.pid}`);
    folder.close();
    openDataFolder(path).close();
  });

  it('sees through a symbolic link', () => {
    const folder = openDataFolder(join(parent, 'data'));
    symlinkSync(folder.path, join(parent, 'link'));
    expect(() => openDataFolder(join(parent, 'link'))).toThrow(`process ${process.pid}`);
    folder.close();
  });

  it('refuses a folder of a newer version, naming both versions', () => {
    writeFileSync(join(parent, 'version'), `${dataFolderVersion + 1}\n`);
    const message = new RegExp(`version ${dataFolderVersion + 1}.*up to ${dataFolderVersion}`);
    expect(() => openDataFolder(parent)).toThrow(message);
  });

  it('names the setting where the folder cannot be made', () => {
    writeFileSync(join(parent, 'file'), '');
    expect(() => openDataFolder(join(parent, 'file', 'data'))).toThrow('EVERHOOK_DATA_DIR');
  });
});
