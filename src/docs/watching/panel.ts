/** A graph of the dashboard. */
export interface Panel {
  title: string;
  /** The question that it answers. */
  asks: string;
  /** As Grafana calls it. */
  unit: 'short' | 'reqps' | 'ops' | 's' | 'percentunit' | 'bytes';
  queries: readonly Query[];
}

export interface Query {
  /** Rates are over `[5m]`; the dashboard has Grafana choose instead. */
  expression: string;
  /** Of each line, with its labels in braces; one line alone needs none. */
  legend?: string;
}

export interface PanelRow {
  title: string;
  panels: readonly Panel[];
}

/** One graph, of one expression. */
export function graph(
  [title, asks]: readonly [string, string],
  unit: Panel['unit'],
  expression: string,
  legend?: string,
): Panel {
  return { title, asks, unit, queries: [{ expression, ...(legend !== undefined && { legend }) }] };
}

/** How long something takes, of half and of nearly all. */
export function durations(
  [title, asks]: readonly [string, string],
  metric: string,
  by: readonly string[] = [],
): Panel {
  const labels = ['le', ...by].join(', ');
  const shown = by.map((label) => ` {{${label}}}`).join('');
  return {
    ...{ title, asks, unit: 's' },
    queries: [0.5, 0.99].map((quantile) => ({
      expression: `histogram_quantile(${quantile}, sum by (${labels}) (rate(${metric}_bucket[5m])))`,
      legend: `p${quantile * 100}${shown}`,
    })),
  };
}
