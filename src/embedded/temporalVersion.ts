import { moduleVersion } from './moduleVersion.js';

/** The version of the Temporal command that `tools/temporal/go.mod` pins, such as `1.8.2`. */
export function temporalVersion(toolsFolder: string): string {
  return moduleVersion(toolsFolder, 'github.com/temporalio/cli');
}
