import type { MetricDefinition } from '../telemetry/metrics/metricDefinition.js';
import { metricDefinitions } from '../telemetry/metrics/metricDefinitions.js';

/** The metrics as a table of markdown, from their one definition. */
export function metricsTable(): string {
  const rows = Object.values<MetricDefinition>(metricDefinitions).map(
    ({ name, type, labels, where, help }) =>
      `| \`${name}\` | ${type} | ${labelsText(labels)} | ${where} | ${help} |`,
  );
  return ['| metric | type | labels | in | what it is |', '|---|---|---|---|---|', ...rows].join(
    '\n',
  );
}

function labelsText(labels: MetricDefinition['labels']): string {
  return Object.entries(labels)
    .map(([label, values]) => {
      const text =
        typeof values === 'string' ? values : values.map((value) => `\`${value}\``).join(', ');
      return `\`${label}\`: ${text}`;
    })
    .join('; ');
}
