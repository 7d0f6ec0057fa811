import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/config/loadConfig.js';
import {
  batchSizingProblem,
  longestLocalAttemptMs,
  sizingProblem,
} from '../../src/config/sizing.js';

describe('the sizing rule', () => {
  it('holds for the defaults', () => {
    expect(sizingProblem(loadConfig({}))).toBeNull();
  });

  it('lets through only a cache that holds all that may be touched during the longest local attempt', () => {
    const size = (max: number) => fc.integer({ min: 1, max });
    fc.assert(
      fc.property(
        fc.record({
          startsInFlight: size(100),
          workflowTaskSlots: size(800),
          wakesPerSecond: size(200),
          maxCachedWorkflows: size(12_000),
        }),
        (sizes) => {
          const touched = 2 * sizes.wakesPerSecond * (longestLocalAttemptMs / 1_000);
          const isSafe =
            sizes.workflowTaskSlots >= 4 * sizes.startsInFlight &&
            sizes.maxCachedWorkflows >= touched + sizes.workflowTaskSlots;
          expect(sizingProblem(sizes) === null).toBe(isSafe);
        },
      ),
    );
  });

  it('names the variable and the least value that will do', () => {
    const sizes = {
      startsInFlight: 10,
      workflowTaskSlots: 40,
      wakesPerSecond: 10,
      maxCachedWorkflows: 439,
    };
    expect(sizingProblem(sizes)).toContain(
      'EVERHOOK_MAX_CACHED_WORKFLOWS=439: must be at least 440',
    );
    expect(sizingProblem({ ...sizes, maxCachedWorkflows: 440 })).toBeNull();
    expect(sizingProblem({ ...sizes, workflowTaskSlots: 39 })).toContain(
      'EVERHOOK_WORKFLOW_TASK_SLOTS=39',
    );
  });
});

describe('the bound of a batch', () => {
  it('has room for the largest row and what the product said', () => {
    const sizes = { maxBatchBytes: 1_007_616, maxBodyBytes: 262_144, maxRowBytes: 65_536 };
    expect(batchSizingProblem(sizes)).toBeNull();
    expect(batchSizingProblem({ ...sizes, maxBatchBytes: 1_007_615 })).toContain(
      'EVERHOOK_MAX_BATCH_BYTES=1007615: must be at least 1007616',
    );
  });
});
