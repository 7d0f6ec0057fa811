import { describe, expect, it } from 'vitest';
import { roles } from '../../../src/config/settings.js';
import { createMetrics } from '../../../src/telemetry/metrics/createMetrics.js';
import type { MetricDefinition } from '../../../src/telemetry/metrics/metricDefinition.js';
import { metricDefinitions } from '../../../src/telemetry/metrics/metricDefinitions.js';
import { parseMetrics } from '../../setup/metricsOf.js';

const definitions = Object.values<MetricDefinition>(metricDefinitions);
const sizeOf = (labels: MetricDefinition['labels']): number =>
  Object.values(labels).reduce((size, values) => size * values.length, 1);

describe('the definitions of metrics', () => {
  it.each(definitions)('$name is named as Prometheus would have it', ({ name, type, labels }) => {
    expect(name).toMatch(/^everhook_[a-z_]+[a-z]$/);
    expect(name.endsWith('_total')).toBe(type === 'counter');
    if (type === 'histogram') expect(name).toMatch(/_seconds$/);
    for (const label of Object.keys(labels)) expect(label).toMatch(/^[a-z]+$/);
  });

  it.each(definitions)('$name has a bounded number of series', ({ labels, buckets }) => {
    for (const label of Object.keys(labels)) {
      expect(['tenant', 'endpoint', 'url', 'type', 'event', 'id']).not.toContain(label);
    }
    const listed = Object.entries(labels).filter(([, values]) => typeof values !== 'string');
    expect(sizeOf(Object.fromEntries(listed))).toBeLessThanOrEqual(24);
    expect(buckets ?? []).toEqual((buckets ?? []).toSorted((a, b) => a - b));
  });
});

describe('a page of metrics', () => {
  it('has every counter from the start, with each of its labels, at 0', async () => {
    const series = parseMetrics(await createMetrics(roles).page());
    for (const { name, type, labels } of definitions) {
      const found = [...series].filter(([one]) => one === name || one.startsWith(`${name}{`));
      const isListed = Object.values(labels).every((values) => typeof values !== 'string');
      if (type === 'counter' && isListed) {
        expect(found).toHaveLength(sizeOf(labels));
        expect(found.every(([, value]) => value === 0)).toBe(true);
      }
    }
  });

  it('has the metrics of the roles alone, and of the process', async () => {
    const { metrics, page } = createMetrics(['worker']);
    metrics.submissions.inc({ outcome: 'accepted' });
    const names = [...parseMetrics(await page()).keys()];
    const has = (name: string) => names.some((one) => one.startsWith(name));
    expect(has('everhook_attempts_total')).toBe(true);
    expect(has('everhook_submissions_total')).toBe(false);
    expect(has('everhook_outbox_rows')).toBe(false);
    expect(has('process_cpu_seconds_total')).toBe(true);
    expect(has('nodejs_eventloop_lag_seconds')).toBe(true);
  });

  it('counts for its own service alone', async () => {
    const [one, other] = [createMetrics(roles), createMetrics(roles)];
    one.metrics.attempts.inc({ outcome: 'timed out', lane: 'local' });
    one.metrics.attemptSeconds.observe({ lane: 'local' }, 0.3);
    const name = 'everhook_attempts_total{outcome="timed out",lane="local"}';
    const seen = parseMetrics(await one.page());
    expect(seen.get(name)).toBe(1);
    expect(seen.get('everhook_attempt_duration_seconds_bucket{le="0.25",lane="local"}')).toBe(0);
    expect(seen.get('everhook_attempt_duration_seconds_bucket{le="0.5",lane="local"}')).toBe(1);
    expect(parseMetrics(await other.page()).get(name)).toBe(0);
  });
});
