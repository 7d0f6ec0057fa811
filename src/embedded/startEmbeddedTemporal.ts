import { claimPort } from './claimPort.js';
import type { EmbeddedLog } from './embeddedLog.js';
import { findTemporal } from './findTemporal.js';
import { keepRunning, type KeptServer } from './keepRunning.js';
import { startTemporal, stopLeftTemporal } from './temporalServer.js';

export interface EmbeddedTemporal extends KeptServer {
  port: number;
  uiPort: number;
  address: string;
  uiUrl: string;
  /** When the server answers. Its failure is logged, too. */
  ready: Promise<void>;
}

/** Chooses the ports and begins to find and start the server, and keeps it running. */
export async function startEmbeddedTemporal(options: {
  folder: string;
  temporalCliPath?: string;
  temporalNamespace: string;
  retentionHours: number;
  ports: { temporal: number; temporalUi: number };
  log: EmbeddedLog;
}): Promise<EmbeddedTemporal> {
  await stopLeftTemporal(options.folder);
  const ports = {
    server: await claimPort(options.ports.temporal),
    ui: await claimPort(options.ports.temporalUi),
  };
  const [{ port }, { port: uiPort }] = [ports.server, ports.ui];
  const stopping = new AbortController();
  const start = async (): Promise<KeptServer> => {
    const binary = await findTemporal({
      signal: stopping.signal,
      ...(options.temporalCliPath !== undefined && { cliPath: options.temporalCliPath }),
    });
    const startServer = () =>
      startTemporal({
        folder: options.folder,
        binary,
        namespaces: [options.temporalNamespace],
        retentionHours: options.retentionHours,
        preferredPort: port,
        preferredUiPort: uiPort,
        portsAreFixed: true,
      });
    await Promise.all([ports.server.handOver(), ports.ui.handOver()]);
    const server = await startServer();
    return keepRunning('The embedded Temporal server', server, startServer, options.log);
  };
  const started = start();
  const ready = started.then(() => undefined);
  ready.catch((error: unknown) => {
    if (stopping.signal.aborted) return;
    options.log.error({ err: error }, 'There is no embedded Temporal server');
  });
  return {
    port,
    uiPort,
    address: `127.0.0.1:${port}`,
    uiUrl: `http://127.0.0.1:${uiPort}`,
    ready,
    stop: async () => {
      stopping.abort();
      const [result] = await Promise.allSettled([started]);
      if (result.status === 'fulfilled') await result.value.stop();
      await Promise.all([ports.server.release(), ports.ui.release()]);
    },
  };
}
