/**
 * What a metric is. No label ever carries a tenant, an endpoint, a URL or an event type: these have no bound, and each
 * new value would be a further series in every process and in whatever stores them. Per tenant and endpoint there are
 * the API's stats.
 */
export interface MetricDefinition {
  name: string;
  type: 'counter' | 'gauge' | 'histogram';
  help: string;
  /** The values that a label may have; or, where code doesn't list them, what they are. */
  labels: Readonly<Record<string, readonly string[] | string>>;
  /** Which processes have it. */
  where: 'every process' | 'api' | 'dispatcher' | 'worker';
  /** Upper bounds of a histogram, in seconds. */
  buckets?: readonly number[];
}

/** Keeps the literal types of a definition, from which its instrument is typed. */
export function metric<const T extends MetricDefinition>(definition: T): T {
  return definition;
}

/** Rows counted at most, of each thing that is counted in Postgres: what bounds the cost of a scrape. */
export const maxRowsCounted = 100_000;
