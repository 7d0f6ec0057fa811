import { alerts, type Alert } from './alerts.js';

const head = '# Made by `npm run docs` from src/docs/watching/alerts.ts; not to be edited.\n';

/** The alerts as rules for Prometheus. A text of JSON is one of YAML, too. */
export function alertRules(): string {
  return `${head}groups:\n  - name: everhook\n    rules:\n${alerts.map(rule).join('')}`;
}

function rule(alert: Alert): string {
  const { description, summary, runbook } = annotationsOf(alert);
  return [
    `      - alert: ${alert.name}`,
    `        expr: ${JSON.stringify(alert.expression)}`,
    `        for: ${alert.holdsFor}`,
    '        labels:',
    `          severity: ${alert.severity}`,
    '        annotations:',
    `          summary: ${JSON.stringify(summary)}`,
    `          description: ${JSON.stringify(description)}`,
    `          runbook: ${runbook}`,
    '',
  ].join('\n');
}

/** What comes with an alert that fires. */
export function annotationsOf({ name, summary, means, toDo }: Alert): {
  summary: string;
  description: string;
  runbook: string;
} {
  return {
    summary,
    description: `${means} ${toDo}`,
    runbook: `docs/alerts.md#${name.toLowerCase()}`,
  };
}
