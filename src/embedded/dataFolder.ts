import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { EmbeddedError } from './embeddedError.js';
import { tryFileLock } from './fileLock.js';

/** The layout of the data folder; raised when an older program could no longer use it. */
export const dataFolderVersion = 1;

export interface DataFolder {
  /** Absolute and without symbolic links, so that command lines can be compared. */
  path: string;
  close: () => void;
}

/**
 * Makes or opens the data folder and locks it for this process. Throws `EmbeddedError` when a newer version has
 * used it, when another process does now, or when it can't be made.
 */
export function openDataFolder(wantedPath: string): DataFolder {
  const path = makeFolder(wantedPath);
  refuseNewer(path);
  const lock = tryFileLock(join(path, 'lock'));
  if ('heldBy' in lock) {
    throw new EmbeddedError(
      `The data folder ${path} is in use by process ${lock.heldBy}. Stop that one, or set EVERHOOK_DATA_DIR to another folder.`,
    );
  }
  const versionFile = join(path, 'version');
  if (!existsSync(versionFile)) writeFileSync(versionFile, `${dataFolderVersion}\n`);
  return { path, close: () => lock.release() };
}

function makeFolder(wantedPath: string): string {
  try {
    const made = mkdirSync(wantedPath, { recursive: true });
    // Others may pass through but not look: started by root, Postgres runs as another user and has a folder inside.
    // Each file and folder in it that holds a secret is closed by its own mode.
    if (made !== undefined) chmodSync(wantedPath, 0o711);
    return realpathSync(wantedPath);
  } catch (cause) {
    throw new EmbeddedError(
      `The data folder ${wantedPath} can't be made: ${(cause as Error).message}. Set EVERHOOK_DATA_DIR to a folder that you may write to.`,
      { cause },
    );
  }
}

function refuseNewer(path: string): void {
  const versionFile = join(path, 'version');
  if (!existsSync(versionFile)) return;
  const text = readFileSync(versionFile, 'utf8').trim();
  const version = Number(text);
  if (version >= 1 && version <= dataFolderVersion) return;
  throw new EmbeddedError(
    `The data folder ${path} has version ${text}, and this program knows only up to ${dataFolderVersion}. Start the newer version of Everhook, or set EVERHOOK_DATA_DIR to another folder.`,
  );
}
