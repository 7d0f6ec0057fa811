import { expect, it } from 'vitest';
import { expectBurstToLetOthersThrough } from '../faults/burst.js';
import { openScene } from '../faults/openScene.js';

it("a tenant's burst of 10,000 doesn't hold up another tenant's event", async (context) => {
  expect.hasAssertions();
  const scene = await openScene(context);
  await expectBurstToLetOthersThrough(scene, { burstSize: 10_000, maxShare: 0.05 });
});
