import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Role } from '../../config/settings.js';
import type { MetricDefinition } from './metricDefinition.js';
import { metricDefinitions, type MetricName } from './metricDefinitions.js';

type LabelsOf<D extends MetricDefinition> = {
  [L in keyof D['labels']]: D['labels'][L] extends readonly (infer V extends string)[] ? V : string;
};

/** Adds to a counter, 1 unless told. One without labels takes `{}`. */
interface CounterOf<L> {
  inc(labels: L, by?: number): void;
}
interface GaugeOf<L> {
  /** NaN: not known now. */
  set(labels: L, value: number): void;
}
interface HistogramOf<L> {
  observe(labels: L, seconds: number): void;
}

type InstrumentOf<D extends MetricDefinition> = {
  counter: CounterOf<LabelsOf<D>>;
  gauge: GaugeOf<LabelsOf<D>>;
  histogram: HistogramOf<LabelsOf<D>>;
}[D['type']];

/** The metrics of one service, typed by their definitions. */
export type Metrics = { [K in MetricName]: InstrumentOf<(typeof metricDefinitions)[K]> };

export interface MetricsRegistry {
  metrics: Metrics;
  /** All of them and those of the process, in the text format of Prometheus (version 0.0.4). */
  page: () => Promise<string>;
}

/**
 * A registry of its own, so that two services in one process don't count each other's. Its page shows what the roles
 * of the process have; a gauge of another's would stand there as 0.
 */
export function createMetrics(roles: readonly Role[]): MetricsRegistry {
  const registry = new Registry();
  const instruments: Partial<Record<MetricName, unknown>> = {};
  for (const name of Object.keys(metricDefinitions) as MetricName[]) {
    const definition = metricDefinitions[name];
    const isShown = definition.where === 'every process' || roles.includes(definition.where);
    instruments[name] = instrumentOf(definition, isShown ? [registry] : []);
  }
  collectDefaultMetrics({ register: registry });
  return {
    metrics: instruments as Metrics,
    page: () => registry.metrics(),
  };
}

function instrumentOf(
  { name, type, help, labels, buckets }: MetricDefinition,
  registers: Registry[],
): Counter | Gauge | Histogram {
  const common = { name, help, labelNames: Object.keys(labels), registers };
  if (type === 'gauge') return new Gauge(common);
  if (type === 'histogram') {
    if (buckets === undefined) throw new Error(`${name} has no buckets`);
    return new Histogram({ ...common, buckets: [...buckets] });
  }
  const counter = new Counter(common);
  // There from the start: a rate over a series that begins with its first event misses that event.
  for (const combination of combinationsOf(labels)) counter.inc(combination, 0);
  return counter;
}

/** Every combination of the labels' values; none where a label has values that aren't listed. */
function combinationsOf(labels: MetricDefinition['labels']): Record<string, string>[] {
  let combinations: Record<string, string>[] = [{}];
  for (const [label, values] of Object.entries(labels)) {
    if (typeof values === 'string') return [];
    combinations = combinations.flatMap((one) =>
      values.map((value) => ({ ...one, [label]: value })),
    );
  }
  return combinations;
}
