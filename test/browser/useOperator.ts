import { afterAll, beforeAll, type TestContext } from 'vitest';
import { workflowIdOf } from '../../src/contract/temporal.js';
import type { ApiClient } from '../e2e/apiClient.js';
import { startTestService, type TestService } from '../e2e/startTestService.js';
import { askHarness } from '../setup/harness.js';
import { startReceiver, type Receiver, type Script } from '../setup/receiver.js';
import { WorkflowPage } from './temporalUi.js';
import { useBrowser } from './useBrowser.js';

/** An operator with the Temporal UI in front of them, and the service that it is about. */
export interface Operator {
  service: TestService;
  newTenant: () => Promise<ApiClient>;
  /** Ends with the test. */
  newReceiver: (script?: Script) => Promise<Receiver>;
  /** The workflow of what the API shows, at the link that it gives. */
  opens: (shown: { workflow?: { url: string | null } | null }) => Promise<WorkflowPage>;
  /** That of an endpoint's queue, by the endpoint's shown id. */
  opensDrain: (endpointId: string) => Promise<WorkflowPage>;
}

export const failing: Script = () => ({ status: 503 });

let tenants = 0;

/** For the tests of one file; to be called at its top. A test without a browser is skipped. */
export function useOperator(
  settings: Record<string, string> = {},
): (context: TestContext) => Promise<Operator> {
  const newWindow = useBrowser();
  let service: TestService | undefined;
  beforeAll(async () => {
    const { uiUrl } = await askHarness('temporal');
    service = await startTestService({ TEMPORAL_UI_URL: uiUrl, ...settings });
  });
  afterAll(async () => {
    await service?.stop();
  });
  return async (context) => {
    const window = await newWindow(context);
    if (service === undefined) throw new Error('The service was not started.');
    const running = service;
    const open = async (url: string): Promise<WorkflowPage> => {
      const page = new WorkflowPage(await window.newPage());
      await page.open(url);
      return page;
    };
    return {
      service: running,
      async newTenant() {
        tenants += 1;
        return await running.clientOf(`tenant-${tenants}`);
      },
      async newReceiver(script) {
        const receiver = await startReceiver(script);
        context.onTestFinished(() => receiver.close());
        return receiver;
      },
      async opens({ workflow }) {
        if (typeof workflow?.url !== 'string') throw new Error('There is no link to a workflow.');
        return await open(workflow.url);
      },
      async opensDrain(endpointId) {
        const { uiUrl } = await askHarness('temporal');
        const id = encodeURIComponent(workflowIdOf('drainEndpoint', endpointId));
        return await open(
          `${uiUrl}/namespaces/${running.temporal.options.namespace}/workflows/${id}`,
        );
      },
    };
  };
}
