import { memberTexts } from '../../domain/json/memberTexts.js';
import { removeMembers } from '../../domain/json/removeMembers.js';
import { replaceMembers } from '../../domain/json/replaceMembers.js';
import type { ProblemPart } from '../../domain/problem.js';
import type { AcceptContext, CatalogEvent } from '../catalog.js';

/** As the schema has it. */
interface ImportData {
  id: string;
  import_type: 'EMBEDDED' | 'HEADLESS';
  status: string;
  headless?: object;
}

/** They let whoever has them see the import's rows; with data alone nobody can. */
const secretMembers = new Set(['review_url', 'original_file_download']);

/**
 * The data without what receivers must not see, and with `has_data` as it is where the import is held here; or where it
 * contradicts its own kind of import.
 */
export function acceptData(
  { type, data, value }: CatalogEvent,
  { keepsRowsOf }: AcceptContext,
): string | ProblemPart[] {
  const given = value as ImportData;
  const parts = contradictions(type, given);
  if (parts.length > 0) return parts;
  const changed: Record<string, string> = {};
  const headless = memberTexts(data)?.get('headless');
  if (headless !== undefined) changed['headless'] = removeMembers(headless, secretMembers);
  const hasData = keepsRowsOf(given.id);
  if (hasData !== null) changed['has_data'] = String(hasData);
  return replaceMembers(data, changed);
}

function contradictions(
  type: string,
  { import_type: importType, status, headless }: ImportData,
): ProblemPart[] {
  const parts: ProblemPart[] = [];
  const refuse = (member: string, detail: string): void => {
    parts.push({ pointer: `/data/${member}`, detail });
  };
  if (importType === 'HEADLESS') {
    if (headless === undefined) refuse('headless', 'Required of a HEADLESS import: an object');
    return parts;
  }
  if (type !== 'import_completed') refuse('import_type', `${type} is of HEADLESS imports alone`);
  if (status !== 'SUCCESSFUL') refuse('status', 'An EMBEDDED import has the status SUCCESSFUL');
  if (headless !== undefined)
    refuse('headless', 'An EMBEDDED import has no headless; leave it out');
  return parts;
}
