import { catalogs } from '../catalogs/catalogs.js';

/** The catalogs as a table of markdown. */
export function catalogsTable(): string {
  const rows = catalogs.map(({ name, description, types, formats }) => {
    const formatList = Object.keys(formats)
      .map((format) => `\`${format}\``)
      .join(', ');
    return `| [${name}](${name}.md) | ${description} | ${types.length} | ${formatList} |`;
  });
  return ['| catalog | what it is about | types | formats |', '|---|---|---|---|', ...rows].join(
    '\n',
  );
}
