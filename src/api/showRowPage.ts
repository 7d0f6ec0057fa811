import type { RowPage } from '../domain/imports/rowPage.js';
import { rowText } from '../domain/imports/importRow.js';
import { spliceJson } from './spliceJson.js';

/** A page as the API itself shows it, JSON text. */
export function showRowPage({ rows, ...page }: RowPage): string {
  const data = `[${rows.map(rowText).join(',')}]`;
  return spliceJson({ ...page, onPage: rows.length }, { data });
}
