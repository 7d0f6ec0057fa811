/** SGR sequences take no room on the screen. */
// oxlint-disable-next-line no-control-regex
const colouring = /\u001B\[\d+m/g;

/** Rows in columns as wide as they must be, two spaces apart, the titles above them; each line ends in a line feed. */
export function table(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [titles, ...rows];
  const widths = titles.map((_, column) =>
    Math.max(...lines.map((line) => widthOf(line[column] ?? ''))),
  );
  return lines
    .map((line) => line.map((cell, column) => padded(cell, widths[column] ?? 0)).join('  '))
    .map((line) => `${line.trimEnd()}\n`)
    .join('');
}

function padded(cell: string, width: number): string {
  return cell + ' '.repeat(Math.max(width - widthOf(cell), 0));
}

function widthOf(cell: string): number {
  return cell.replace(colouring, '').length;
}
