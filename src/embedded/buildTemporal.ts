import { goBuild } from './goBuild.js';
import { temporalVersion } from './temporalVersion.js';

/**
 * Builds the command to `target`, which appears whole or not at all, with Go from the module that pins it. Takes
 * three to six minutes the first time. Throws with the end of Go's output where it fails.
 */
export async function buildTemporal(
  toolsFolder: string,
  target: string,
  progress: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  progress('Building the Temporal server with Go: once, about five minutes and 200 MB');
  const version = `github.com/temporalio/cli/internal/temporalcli.Version=${temporalVersion(toolsFolder)}`;
  await goBuild({
    toolsFolder,
    goPackage: 'github.com/temporalio/cli/cmd/temporal',
    linkerFlags: `-s -w -X ${version}`,
    target,
    name: 'the Temporal server',
    progress,
    signal,
  });
}
