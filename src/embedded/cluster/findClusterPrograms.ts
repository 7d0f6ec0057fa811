import { existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { hostEnvironment } from '../../config/hostEnvironment.js';
import { packageRoot } from '../../config/packageRoot.js';
import { EmbeddedError } from '../embeddedError.js';
import { goBuild } from '../goBuild.js';
import { moduleVersion } from '../moduleVersion.js';
import { waitForFileLock } from '../waitForFileLock.js';

/** What a Temporal server on Postgres consists of, beside its database. */
export interface ClusterPrograms {
  server: string;
  /** Sets the schema up. */
  sqlTool: string;
  ui: string;
}

export interface FindClusterProgramsOptions {
  /** Told what takes long. */
  progress: (line: string) => void;
  /** Ends a build. */
  signal: AbortSignal;
  /** By default the user's cache and `tools/temporal`. */
  places?: { cacheDir: string; toolsFolder: string };
}

interface Program {
  module: string;
  goPackage: string;
  /** In the cache, `<folder>-<version of the module>/<file>`. */
  folder: string;
  file: string;
}

const serverModule = 'go.temporal.io/server';
const uiModule = 'github.com/temporalio/ui-server/v2';

const programs: Record<keyof ClusterPrograms, Program> = {
  server: {
    module: serverModule,
    goPackage: `${serverModule}/cmd/server`,
    folder: 'temporal-server',
    file: 'temporal-server',
  },
  sqlTool: {
    module: serverModule,
    goPackage: `${serverModule}/cmd/tools/sql`,
    folder: 'temporal-server',
    file: 'temporal-sql-tool',
  },
  ui: {
    module: uiModule,
    goPackage: `${uiModule}/cmd/server`,
    folder: 'temporal-ui',
    file: 'temporal-ui-server',
  },
};

const defaultPlaces = {
  cacheDir: hostEnvironment.cacheDir,
  toolsFolder: join(packageRoot, 'tools', 'temporal'),
};

/**
 * The programs from the user's cache; those that aren't there are built into it with Go, from the module that pins
 * them beside Temporal's command. (What is on the PATH isn't taken: schema and server must be of one version.) Throws
 * `EmbeddedError` where they can't be built.
 */
export async function findClusterPrograms(
  options: FindClusterProgramsOptions,
): Promise<ClusterPrograms> {
  const { cacheDir, toolsFolder } = options.places ?? defaultPlaces;
  const find = async (program: Program): Promise<string> => {
    const version = moduleVersion(toolsFolder, program.module);
    const target = join(cacheDir, 'everhook', `${program.folder}-${version}`, program.file);
    if (!existsSync(target)) await build(program, target, toolsFolder, options);
    return target;
  };
  // One after the other: Go has work for every core with one.
  const server = await find(programs.server);
  const sqlTool = await find(programs.sqlTool);
  return { server, sqlTool, ui: await find(programs.ui) };
}

async function build(
  { goPackage, file }: Program,
  target: string,
  toolsFolder: string,
  { progress, signal }: FindClusterProgramsOptions,
): Promise<void> {
  mkdirSync(dirname(target), { recursive: true });
  const lock = await waitForFileLock(`${target}.lock`, file, progress, signal);
  try {
    if (existsSync(target)) return;
    progress(`Building ${file} with Go: once, up to five minutes`);
    const linkerFlags = '-s -w';
    await goBuild({ toolsFolder, goPackage, linkerFlags, target, name: file, progress, signal });
  } catch (cause) {
    signal.throwIfAborted();
    throw new EmbeddedError(
      `${file} can't be built: ${(cause as Error).message}\nInstall Go 1.26 or newer (https://go.dev/dl), or use docker compose.`,
      { cause },
    );
  } finally {
    lock.release();
  }
}
