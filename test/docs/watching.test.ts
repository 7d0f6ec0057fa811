import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, type TestContext } from 'vitest';
import { stringify } from 'yaml';
import { packageRoot } from '../../src/config/packageRoot.js';
import { roles } from '../../src/config/settings.js';
import { annotationsOf } from '../../src/docs/watching/alertRules.js';
import { alerts } from '../../src/docs/watching/alerts.js';
import { panelRows } from '../../src/docs/watching/panels.js';
import { createMetrics } from '../../src/telemetry/metrics/createMetrics.js';
import type { MetricDefinition } from '../../src/telemetry/metrics/metricDefinition.js';
import { metricDefinitions } from '../../src/telemetry/metrics/metricDefinitions.js';
import { findPromtool, runPromtool } from '../setup/findPromtool.js';
import { parseMetrics } from '../setup/metricsOf.js';
import { makeTempFolder } from '../setup/tempFolder.js';
import { alertScenes, type SeriesGiven } from './alertScenes.js';

const rulesFile = join(packageRoot, 'deploy', 'prometheus', 'alerts.yml');
const definitions = Object.values<MetricDefinition>(metricDefinitions);
const expressions = panelRows.flatMap(({ panels }) =>
  panels.flatMap(({ queries }) => queries.map(({ expression }) => expression)),
);

/** With the endings that a histogram's series have. */
const seriesNames = definitions.flatMap(({ name, type }) =>
  type === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name],
);
const namesIn = (expression: string): string[] =>
  expression.match(/\b(?:everhook|process|nodejs|temporal)_\w+/g) ?? [];

let promtool: Awaited<ReturnType<typeof findPromtool>>;
beforeAll(async () => {
  promtool = await findPromtool();
}, 120_000);

const promtoolIn = (context: TestContext): string =>
  'skip' in promtool ? context.skip(promtool.skip) : promtool.path;

describe('what dashboard and alerts name', () => {
  it('is defined, or of the process', async () => {
    const page = [...parseMetrics(await createMetrics(roles).page()).keys()];
    const ofProcess = new Set(page.map((series) => series.replace(/\{.*/, '')));
    const named = [...expressions, ...alerts.map(({ expression }) => expression)].flatMap(namesIn);
    expect(named.length).toBeGreaterThan(60);
    for (const name of new Set(named)) {
      // Those of Temporal's SDK are there once it has a connection: test/e2e/metrics.test.ts.
      if (name.startsWith('temporal_')) continue;
      expect(name.startsWith('everhook_') ? seriesNames : [...ofProcess]).toContain(name);
    }
  });

  it.each(definitions)('$name is on the dashboard', ({ name }) => {
    const named = new Set(expressions.flatMap(namesIn));
    expect([name, `${name}_bucket`].some((one) => named.has(one))).toBe(true);
  });

  it('filters by labels and values that there are', () => {
    const matchers = /(everhook_\w+)\{([^}]*)\}/g;
    for (const text of [...expressions, ...alerts.map(({ expression }) => expression)]) {
      for (const [, name = '', inner = ''] of text.matchAll(matchers)) {
        const labels = definitions.find((one) => name.startsWith(one.name))?.labels ?? {};
        for (const [, label = '', value] of inner.matchAll(/(\w+)!?="(\w[^"]*)"/g)) {
          expect(labels[label]).toContain(value);
        }
      }
    }
  });

  it('is asked for once: no two graphs have the same title, no two alerts the same name', () => {
    const titles = panelRows.flatMap(({ panels }) => panels.map(({ title }) => title));
    const names = alerts.map(({ name }) => name);
    for (const list of [titles, names]) expect(new Set(list).size).toBe(list.length);
  });
});

describe('promtool', () => {
  it('finds nothing wrong with the rules', async (context) => {
    const said = await runPromtool(promtoolIn(context), [
      'check',
      'rules',
      '--lint-fatal',
      rulesFile,
    ]);
    expect(said).toContain(`${alerts.length} rules found`);
  });

  it('finds nothing wrong with the expressions of the dashboard', async (context) => {
    const path = promtoolIn(context);
    const rules = expressions.map((expr, index) => ({ record: `graph:${index}`, expr }));
    const file = join(makeTempFolder('graphs'), 'graphs.yml');
    writeFileSync(file, stringify({ groups: [{ name: 'graphs', rules }] }));
    expect(await runPromtool(path, ['check', 'rules', file])).toContain('rules found');
  });

  it('finds nothing wrong with the page of metrics', async (context) => {
    const page = await createMetrics(roles).page();
    const own = page.split(/\n(?=# HELP )/).filter((block) => block.startsWith('# HELP everhook_'));
    expect(own.length).toBe(definitions.length);
    const said = await runPromtool(
      promtoolIn(context),
      ['check', 'metrics'],
      `${own.join('\n')}\n`,
    );
    expect(said).toBe('');
  });

  it.for(alerts)(
    '$name fires where it should, and not where it should not',
    async (alert, context) => {
      const path = promtoolIn(context);
      const scene = alertScenes[alert.name];
      if (scene === undefined) throw new Error(`There is no scene for ${alert.name}`);
      const { severity, name } = alert;
      const fired = {
        exp_labels: { severity, ...scene.labels },
        exp_annotations: annotationsOf(alert),
      };
      const file = join(makeTempFolder('alerts'), 'test.yml');
      const tests = [ruleTest(name, scene.fires, [fired]), ruleTest(name, scene.quiet, [])];
      writeFileSync(file, stringify({ rule_files: [rulesFile], evaluation_interval: '1m', tests }));
      expect(await runPromtool(path, ['test', 'rules', file])).toContain('SUCCESS');
    },
  );
});

function ruleTest(alertname: string, given: SeriesGiven, expected: object[]): object {
  return {
    interval: '1m',
    input_series: Object.entries(given).map(([series, values]) => ({ series, values })),
    alert_rule_test: [{ eval_time: '1h', alertname, exp_alerts: expected }],
  };
}
