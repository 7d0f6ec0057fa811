import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { loadConfig } from '../../config/loadConfig.js';
import { startService } from '../../service/startService.js';
import { createLog } from '../../telemetry/log.js';
import { installTemporalRuntime } from '../../telemetry/installTemporalRuntime.js';
import { findService, type FoundService } from '../findService.js';

/** The first start on a machine may have to build the Temporal server. */
const readyWithinMs = 25 * 60_000;
const lookEveryMs = 200;

/** The receiver that is shaky fails often in a row, and is to be seen being retried. */
export const demoSettings = { EVERHOOK_CIRCUIT_FAILURES: '1000' };

export interface ThrowawayService extends FoundService {
  /** Stops it and erases its data. */
  end(): Promise<void>;
}

/** A whole service with servers of its own, in this process and a temporary folder; nothing of the user's is touched. */
export async function startThrowawayService(
  variables: NodeJS.ProcessEnv,
  stopped: AbortSignal,
): Promise<ThrowawayService> {
  const folder = mkdtempSync(join(tmpdir(), 'everhook-demo-'));
  // Started by root, Postgres is another user's and has to get through.
  chmodSync(folder, 0o711);
  const settings = {
    PORT: '0',
    EVERHOOK_DATA_DIR: join(folder, 'data'),
    TEMPORAL_CLI_PATH: variables['TEMPORAL_CLI_PATH'],
    ...demoSettings,
  };
  const erase = () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  const log = createLog('error');
  installTemporalRuntime(log);
  try {
    const service = await startService(loadConfig(settings), log);
    const end = async (): Promise<void> => {
      await service.stop();
      erase();
    };
    try {
      const found = findService(settings, 'test');
      await untilReady(found, stopped);
      return { ...found, end };
    } catch (error) {
      await end();
      throw error;
    }
  } catch (error) {
    erase();
    throw error;
  }
}

async function untilReady({ client }: FoundService, stopped: AbortSignal): Promise<void> {
  const deadline = Date.now() + readyWithinMs;
  for (;;) {
    const { data } = await client.GET('/health/ready', { signal: stopped });
    if (data !== undefined && Object.values(data.parts).every((part) => part === 'ok')) return;
    if (Date.now() > deadline) throw new Error('The Temporal server did not come up.');
    await sleep(lookEveryMs, undefined, { signal: stopped });
  }
}
