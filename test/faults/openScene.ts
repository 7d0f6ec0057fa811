import type { TestContext } from 'vitest';
import { untilReady } from '../e2e/startTestService.js';
import type { ApiClient } from '../e2e/apiClient.js';
import {
  createTestEnvironment,
  type GivenServers,
  type TestEnvironment,
} from '../e2e/testEnvironment.js';
import { startReceiver, type Receiver } from '../setup/receiver.js';
import { startServiceProcess, type ServiceProcess } from './startServiceProcess.js';

/** What a fault needs: a database, a namespace, a receiver and as many processes as it likes. */
export interface Scene extends TestEnvironment {
  receiver: Receiver;
  /** All roles unless told; resolves when it is ready, Temporal included, or earlier if told. */
  start(
    roles?: string,
    changes?: Record<string, string>,
    until?: 'ready' | 'listening',
  ): Promise<ServiceProcess>;
  /** The same tenant's product, over any process with an API. */
  client(process: ServiceProcess): Promise<ApiClient>;
}

/** Everything ends with the test. */
export async function openScene(
  { onTestFinished }: Pick<TestContext, 'onTestFinished'>,
  given: GivenServers = {},
): Promise<Scene> {
  const [environment, receiver] = await Promise.all([
    createTestEnvironment(given),
    startReceiver(),
  ]);
  const processes: ServiceProcess[] = [];
  onTestFinished(async () => {
    await receiver.close();
    for (const process of processes) await process.end('SIGKILL');
    await environment.stop();
  });
  return {
    ...environment,
    receiver,
    async start(roles = 'api,dispatcher,worker', changes = {}, until = 'ready') {
      const process = await startServiceProcess({
        ...environment.settings,
        EVERHOOK_ROLES: roles,
        ...changes,
      });
      processes.push(process);
      if (until === 'ready') await untilReady(process.url);
      return process;
    },
    client: async (process) => await environment.clientOf(process.url, 'acme'),
  };
}
