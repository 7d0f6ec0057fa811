import { setTimeout as sleep } from 'node:timers/promises';
import type { EmbeddedLog } from './embeddedLog.js';
import type { ServerProcess } from './serverProcess.js';

export interface KeptServer {
  stop: () => Promise<void>;
}

const firstPauseMs = 500;
const longestPauseMs = 30_000;

/**
 * Starts a server again whenever it ends without having been told to (killed, out of memory), for as long as the
 * service runs: first after half a second, then after up to 30 s. It must come back on the same port.
 */
export function keepRunning(
  name: string,
  first: ServerProcess,
  restart: () => Promise<ServerProcess>,
  log: EmbeddedLog,
): KeptServer {
  const stopping = new AbortController();
  let current = first;

  const stopped = new Promise<void>((resolve) => {
    stopping.signal.addEventListener('abort', () => resolve());
  });

  const watch = async (): Promise<void> => {
    let pauseMs = firstPauseMs;
    for (;;) {
      await Promise.race([current.exited, stopped]);
      if (stopping.signal.aborted) return;
      log.warn(`${name} ended by itself; it is started again`);
      await Promise.race([sleep(pauseMs, undefined, { ref: false }), stopped]);
      if (stopping.signal.aborted) return;
      try {
        current = await restart();
        pauseMs = firstPauseMs;
      } catch (error) {
        log.error({ err: error }, `${name} can't be started again`);
        pauseMs = Math.min(2 * pauseMs, longestPauseMs);
      }
    }
  };

  const watched = watch();
  return {
    stop: async () => {
      stopping.abort();
      // It may be in the middle of a restart: then the new one is to be stopped.
      await watched;
      await current.stop();
    },
  };
}
