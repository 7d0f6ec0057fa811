import { expect, it } from 'vitest';
import { expectBurstToLetOthersThrough } from './burst.js';
import { openScene } from './openScene.js';

it(
  "a tenant's burst doesn't hold up another tenant's event",
  { timeout: 120_000 },
  async (context) => {
    expect.hasAssertions();
    await expectBurstToLetOthersThrough(await openScene(context), {
      burstSize: 2_000,
      maxShare: 0.2,
    });
  },
);
