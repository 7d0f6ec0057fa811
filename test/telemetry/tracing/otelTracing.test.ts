import { expect, it, onTestFinished } from 'vitest';
import { createLog } from '../../../src/telemetry/log.js';
import { createOtelTracing } from '../../../src/telemetry/tracing/otelTracing.js';
import { startTraceCollector } from '../../setup/traceCollector.js';

const log = createLog('silent');

it('drops what a collector does not take, rather than keep it in memory', async () => {
  const collector = await startTraceCollector();
  onTestFinished(() => collector.close());
  const tracing = createOtelTracing({ endpoint: `${collector.url}/`, roles: ['api'], log });
  collector.answers = false;
  for (let made = 0; made < 10_000; made += 1) {
    const facts = (): Record<string, number> => ({ made });
    tracing.begin({ kind: 'server', name: 'one', parent: null, facts }).end();
  }
  collector.answers = true;
  await tracing.stop();
  const made = collector.spans.map(({ facts }) => Number(facts['made']));
  expect(made.length).toBeGreaterThan(500);
  // The queue, and the batch that was on its way.
  expect(made.length).toBeLessThanOrEqual(2_048 + 512);
  expect(new Set(made).size).toBe(made.length);
});

it('ends within its bound where the collector never answers', async () => {
  const collector = await startTraceCollector();
  onTestFinished(() => collector.close());
  const tracing = createOtelTracing({ endpoint: collector.url, roles: ['api'], log });
  collector.answers = false;
  tracing.begin({ kind: 'server', name: 'one', parent: null, facts: () => ({}) }).end();
  const begin = performance.now();
  await tracing.stop();
  expect(performance.now() - begin).toBeLessThan(8_000);
  expect(collector.spans).toEqual([]);
});
