import { fillMembers } from '../../domain/json/fillMembers.js';
import { joinMembers } from '../../domain/json/joinMembers.js';
import { memberTexts } from '../../domain/json/memberTexts.js';
import { replaceMembers } from '../../domain/json/replaceMembers.js';
import type { ImportSummary } from '../catalog.js';

/** The data with the import's id as `scope.batchId`, by which its rows are fetched, and its counts as the payload. */
export function fillFromImport(type: string, data: string, summary: ImportSummary): string {
  const batchId = JSON.stringify(summary.id);
  const given = memberTexts(data);
  const scope = given?.get('scope');
  // What is no object is refused by the schema, which says so.
  const withScope =
    scope?.startsWith('{') === true
      ? replaceMembers(data, { scope: fillMembers(scope, { batchId }) })
      : fillMembers(data, { scope: joinMembers({ batchId }) });
  const payload = payloadOf(type, summary);
  return payload === null ? withScope : fillMembers(withScope, { payload });
}

/** Null: a type whose payload the import doesn't know. */
function payloadOf(
  type: string,
  { totalRows, validRows, invalidRows }: ImportSummary,
): string | null {
  if (type === 'portalImportSubmitted') {
    return JSON.stringify({ totalRows, validRows, invalidRows });
  }
  if (type === 'workspaceRecordsAdded') {
    const counts = { totalRecords: totalRows, validRecords: validRows };
    return JSON.stringify({ ...counts, invalidRecords: invalidRows });
  }
  return null;
}
