import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { hostEnvironment } from '../config/hostEnvironment.js';
import { tryFileLock, type FileLock } from './fileLock.js';
import { holdFreePort } from './freePort.js';

export interface ClaimedPort {
  port: number;
  /** Gives the port free for the server that is to listen on it, the moment before it does. */
  handOver: () => Promise<void>;
  /** Others may prefer it again. */
  release: () => Promise<void>;
}

/**
 * The preferred port of 127.0.0.1 where it is free and no other service of this user has claimed it, otherwise any free
 * one. Until it is handed over nothing else can listen on it, which may be minutes, while a server is being built. That
 * would leave the moment until the server listens, in which a service that starts at the same time would take it.
 */
export async function claimPort(preferredPort: number): Promise<ClaimedPort> {
  const lock = preferredPort === 0 ? null : lockPort(preferredPort);
  const held = await holdFreePort(lock === null ? 0 : preferredPort);
  if (held.port !== preferredPort) lock?.release();
  return {
    port: held.port,
    handOver: held.release,
    release: async () => {
      await held.release();
      if (held.port === preferredPort) lock?.release();
    },
  };
}

/** Null where another has it. */
function lockPort(port: number): FileLock | null {
  const folder = join(hostEnvironment.cacheDir, 'everhook', 'ports');
  mkdirSync(folder, { recursive: true });
  const lock = tryFileLock(join(folder, `${port}.lock`));
  return 'release' in lock ? lock : null;
}
