import { askHarness } from './harness.js';

export interface TestNamespace {
  /** Of the run's Temporal server. */
  address: string;
  namespace: string;
  uiUrl: string;
}

/** A namespace that no other test of the run uses, with Everhook's search attributes. */
export async function claimTestNamespace(): Promise<TestNamespace> {
  const [{ address, uiUrl }, { namespace }] = await Promise.all([
    askHarness('temporal'),
    askHarness('namespace'),
  ]);
  return { address, namespace, uiUrl };
}
