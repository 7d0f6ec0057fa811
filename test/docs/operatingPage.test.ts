import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageRoot } from '../../src/config/packageRoot.js';
import { operatorQueries } from '../../src/docs/operatorQueries.js';
import { startTestService, type TestService } from '../e2e/startTestService.js';
import { eventually } from '../setup/eventually.js';
import { layOutScene, operatorSettings, type OperatorScene } from './operatorScene.js';

let service: TestService;
let scene: OperatorScene;
beforeAll(async () => {
  service = await startTestService(operatorSettings);
  scene = await layOutScene(service);
}, 120_000);
afterAll(async () => {
  await service.stop();
  await scene.close();
});

const since = new Date(Date.now() - 60_000).toISOString();

/** What each of the queries is to find, and nothing else. */
const found: Record<keyof ReturnType<typeof operatorQueries>, () => string[]> = {
  retrying: () => scene.retrying,
  deadLetters: () => scene.deadLetters,
  endpointsDown: () => [scene.endpointDown],
  ordersBlocked: () => [scene.orderBlocked],
  importsPaused: () => [scene.importPaused],
  importsRetrying: () => [scene.importRetrying],
  importsQueued: () => [scene.importQueued],
  recoveries: () => [scene.recovery],
  ofEndpoint: () => scene.retrying,
};

describe('the queries of the page on operating', () => {
  for (const [name, ids] of Object.entries(found)) {
    it(`find what they say: ${name}`, async () => {
      const queries = operatorQueries({ tenant: 'acme', endpoint: scene.endpointId, since });
      const { query } = queries[name as keyof typeof found];
      await eventually(async () => {
        const listed = [];
        for await (const { workflowId } of service.temporal.workflow.list({ query })) {
          listed.push(workflowId);
        }
        expect(listed.toSorted()).toEqual(ids().toSorted());
      });
    });
  }

  it('find nothing of what is younger', async () => {
    const tomorrow = new Date(Date.now() + 86_400_000).toISOString();
    const { deadLetters } = operatorQueries({ tenant: '', endpoint: '', since: tomorrow });
    const { count } = await service.temporal.workflow.count(deadLetters.query);
    expect(count).toBe(0);
  });
});

it('the page shows no picture that is not there', () => {
  const page = readFileSync(join(packageRoot, 'docs', 'operating-in-temporal.md'), 'utf8');
  const pictures = [...page.matchAll(/\]\((?<file>images\/[^)]+)\)/g)].map(({ groups }) => groups);
  expect(pictures.length).toBeGreaterThan(4);
  for (const picture of pictures) {
    expect(readFileSync(join(packageRoot, 'docs', picture?.['file'] ?? '')).length).toBeLessThan(
      150_000,
    );
  }
});
