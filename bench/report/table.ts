/** Aligned columns: texts to the left, numbers to the right; whole numbers from 100 on, else two digits. */
export function table(rows: readonly (readonly (string | number)[])[]): string {
  const texts = rows.map((row) => row.map(textOf));
  const widths = (texts[0] ?? []).map((_, column) =>
    Math.max(...texts.map((row) => row[column]?.length ?? 0)),
  );
  return rows
    .map((row, index) =>
      row
        .map((cell, column) => {
          const text = texts[index]?.[column] ?? '';
          const width = widths[column] ?? 0;
          return typeof cell === 'number' ? text.padStart(width) : text.padEnd(width);
        })
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** For tables and for JSON: more digits than mean something hide the figure. */
export function rounded(value: number): number {
  return Math.abs(value) >= 100 ? Math.round(value) : Math.round(value * 100) / 100;
}

function textOf(cell: string | number): string {
  if (typeof cell === 'string') return cell;
  return Number.isNaN(cell) ? '-' : String(rounded(cell));
}
