import { loadConfig } from '../../src/config/loadConfig.js';
import { startService } from '../../src/service/startService.js';
import { createLog } from '../../src/telemetry/log.js';
import { installTemporalRuntime } from '../../src/telemetry/installTemporalRuntime.js';
import { eventually } from '../setup/eventually.js';
import {
  createTestEnvironment,
  type GivenServers,
  type TestEnvironment,
} from './testEnvironment.js';
import type { ApiClient } from './apiClient.js';
import type { Environment } from '../../src/domain/words.js';

const log = createLog('silent');
installTemporalRuntime(log);

export interface TestService extends Omit<TestEnvironment, 'clientOf'> {
  url: string;
  clientOf(tenant: string, environment?: Environment): Promise<ApiClient>;
}

/** The whole service in this process, all roles, ready to deliver. */
export async function startTestService(
  changes: Record<string, string> = {},
  given: GivenServers = {},
): Promise<TestService> {
  const environment = await createTestEnvironment(given);
  const settings = { ...environment.settings, ...changes };
  const service = await startService(loadConfig(settings), log);
  const { url } = service;
  if (url === null) throw new Error('The service has no API');
  await untilReady(url);
  return {
    ...environment,
    url,
    clientOf: (tenant, name) => environment.clientOf(url, tenant, name),
    async stop() {
      await service.stop();
      await environment.stop();
    },
  };
}

/** Waits until every part of a process says ok, Temporal included where it has a part in it. */
export async function untilReady(url: string, withinMs = 30_000): Promise<void> {
  await eventually(
    async () => {
      const response = await fetch(`${url}/health/ready`);
      const { parts } = (await response.json()) as { parts: Record<string, string> };
      const bad = Object.entries(parts).filter(([, state]) => state !== 'ok');
      if (!response.ok || bad.length > 0) throw new Error(`Not ready: ${JSON.stringify(parts)}`);
    },
    { withinMs },
  );
}
