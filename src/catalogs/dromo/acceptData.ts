import { memberTexts } from '../../domain/json/memberTexts.js';
import { removeMembers } from '../../domain/json/removeMembers.js';
import { replaceMembers } from '../../domain/json/replaceMembers.js';
import type { ProblemPart } from '../../domain/problem.js';
import type { CatalogEvent } from '../catalog.js';

/** As the schema has it. */
interface ImportData {
  import_type: 'EMBEDDED' | 'HEADLESS';
  status: string;
  headless?: object;
}

/** They let whoever has them see the import's rows; with data alone nobody can. */
const secretMembers = new Set(['review_url', 'original_file_download']);

/** The data without what receivers must not see; or where it contradicts its own kind of import. */
export function acceptData({ type, data, value }: CatalogEvent): string | ProblemPart[] {
  const parts = contradictions(type, value as ImportData);
  if (parts.length > 0) return parts;
  const headless = memberTexts(data)?.get('headless');
  if (headless === undefined) return data;
  return replaceMembers(data, { headless: removeMembers(headless, secretMembers) });
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
