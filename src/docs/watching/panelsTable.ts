import { panelRows } from './panels.js';

/** What the dashboard shows, as a table of markdown. */
export function panelsTable(): string {
  const lines = panelRows.flatMap(({ title: row, panels }) =>
    panels.flatMap(({ title, asks, queries }) =>
      queries.map(({ expression }) => `| ${row} | ${title} | ${asks} | \`${expression}\` |`),
    ),
  );
  return ['| row | graph | question | expression |', '|---|---|---|---|', ...lines].join('\n');
}
