import { catalogs } from '../catalogs/catalogs.js';

/** The formats of the catalogs as a table of markdown. */
export function catalogFormatsTable(): string {
  const rows = catalogs.flatMap(({ name: catalog, formats }) =>
    Object.entries(formats).map(
      ([name, { description }]) =>
        `| \`${name}\` | [${catalog}](catalogs/${catalog}.md) | ${description} |`,
    ),
  );
  return ['| format | catalog | body |', '|---|---|---|', ...rows].join('\n');
}
