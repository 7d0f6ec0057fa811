import type { ImportSummary } from './catalog.js';
import type { KnownType } from './catalogSet.js';

/**
 * The JSON text of the data of an event that an import makes. `given` is what its product gave, the JSON text of an
 * object; where it gave nothing, and its type's catalog fills nothing in, the event says which import it is and how many
 * rows it has.
 */
export function importEventData(
  known: KnownType | undefined,
  type: string,
  given: string | null,
  summary: ImportSummary,
): string {
  const fill = known?.catalog.fillFromImport;
  if (fill !== undefined) return fill(type, given ?? '{}', summary);
  if (given !== null) return given;
  const { id, totalRows, validRows, invalidRows } = summary;
  return JSON.stringify({ importId: id, totalRows, validRows, invalidRows });
}
