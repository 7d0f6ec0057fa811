import type { Panel } from './panel.js';
import { panelRows } from './panels.js';

/** Of Grafana's grid, which is 24 wide. */
const width = 8;
const height = 8;
const perLine = 24 / width;

/** Whoever imports it chooses which Prometheus. */
const datasource = { type: 'prometheus', uid: '${datasource}' };

/** The dashboard as Grafana imports it. */
export function dashboard(): string {
  const model = {
    ...{ uid: 'everhook', title: 'Everhook', tags: ['everhook'], schemaVersion: 39, version: 1 },
    ...{ editable: true, timezone: 'browser', refresh: '30s', time: { from: 'now-6h', to: 'now' } },
    templating: {
      list: [{ name: 'datasource', label: 'Prometheus', type: 'datasource', query: 'prometheus' }],
    },
    panels: placedPanels(),
  };
  return `${JSON.stringify(model, null, 2)}\n`;
}

function placedPanels(): object[] {
  const placed: object[] = [];
  let y = 0;
  for (const { title, panels } of panelRows) {
    const gridPos = { x: 0, y, w: 24, h: 1 };
    placed.push({
      id: placed.length + 1,
      type: 'row',
      title,
      collapsed: false,
      gridPos,
      panels: [],
    });
    y += 1;
    panels.forEach((panel, index) => {
      const x = (index % perLine) * width;
      const line = Math.floor(index / perLine);
      placed.push(timeSeries(panel, placed.length + 1, { x, y: y + line * height }));
    });
    y += Math.ceil(panels.length / perLine) * height;
  }
  return placed;
}

function timeSeries(
  { title, asks, unit, queries }: Panel,
  id: number,
  place: { x: number; y: number },
): object {
  return {
    ...{ id, type: 'timeseries', title, description: asks, datasource },
    gridPos: { ...place, w: width, h: height },
    fieldConfig: { defaults: { unit, min: 0 }, overrides: [] },
    options: {
      legend: { displayMode: 'list', placement: 'bottom', showLegend: true },
      tooltip: { mode: 'multi', sort: 'desc' },
    },
    targets: queries.map(({ expression, legend }, index) => ({
      refId: String.fromCharCode(65 + index),
      datasource,
      expr: expression.replaceAll('[5m]', '[$__rate_interval]'),
      legendFormat: legend ?? title,
    })),
  };
}
