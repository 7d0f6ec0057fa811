import { afterAll } from 'vitest';
import { startReceiver, type Receiver, type Script } from '../setup/receiver.js';
import { startTestService, type TestService } from './startTestService.js';

/** A service for the tests of one file, and receivers; all end with the file. To be called at its top. */
export async function useTestService(settings: Record<string, string> = {}): Promise<{
  service: TestService;
  newReceiver: (script?: Script) => Promise<Receiver>;
}> {
  const service = await startTestService(settings);
  const receivers: Receiver[] = [];
  afterAll(async () => {
    await service.stop();
    for (const receiver of receivers) await receiver.close();
  });
  return {
    service,
    newReceiver: async (script) => {
      const receiver = await startReceiver(script);
      receivers.push(receiver);
      return receiver;
    },
  };
}
