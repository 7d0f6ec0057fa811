import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const timeoutMs = 20_000;

/** From 1.29 on the server starts workflows eagerly without being told to. */
const oldestServer = { major: 1, minor: 29 };

/** What is wrong with a `temporal` command, or undefined where it will do. */
export async function temporalFlaw(binary: string): Promise<string | undefined> {
  let text: string;
  try {
    text = (await promisify(execFile)(binary, ['--version'], { timeout: timeoutMs })).stdout;
  } catch (error) {
    return `does not run: ${(error as Error).message.trim()}`;
  }
  const version = /^temporal version .*\(Server (\d+)\.(\d+)\./.exec(text);
  if (version === null) return `is not Temporal's command: it says ${text.trim().slice(0, 100)}`;
  const [major, minor] = [Number(version[1]), Number(version[2])];
  const isOld =
    major < oldestServer.major || (major === oldestServer.major && minor < oldestServer.minor);
  return isOld
    ? `is too old: Temporal server ${major}.${minor}, needed ${oldestServer.major}.${oldestServer.minor}`
    : undefined;
}
