import { DuplicateMemberError } from '../domain/json/duplicateMemberError.js';
import { escapePointerToken } from '../domain/json/jsonPointer.js';
import { scanJson } from '../domain/json/scanJson.js';
import { Problem, type ProblemPart } from '../domain/problem.js';
import { schemaOf } from './catalogSchemas.js';
import type { AcceptContext, CatalogEvent } from './catalog.js';
import type { KnownType } from './catalogSet.js';

type Attributes = Record<string, string | string[]>;

/** What is stored and sent of an event. */
export interface CompletedEvent {
  /** JSON text. */
  data: string;
  /** The same, parsed. */
  value: unknown;
  attributes: Attributes;
}

/** An event of a catalog's type as the catalog has it, or why it is refused. The schema is asked first. */
export function completeEvent(
  { type, catalog }: KnownType,
  { attributes, ...event }: CatalogEvent & { attributes: Attributes },
  context: AcceptContext,
): CompletedEvent | Problem {
  const broken = schemaOf(type).problemsOf(event.value);
  if (broken.length > 0) {
    const detail = `The data breaks the schema of ${type.name}; see errors.`;
    return new Problem('data_breaks_schema', detail, broken);
  }
  const twice = duplicateMember(event.data);
  const accepted = twice ?? catalog.accept?.(event, context) ?? event.data;
  if (accepted instanceof Problem) return accepted;
  if (typeof accepted !== 'string') {
    const detail = `The data breaks a rule of ${type.name}: ${accepted[0]?.detail ?? 'see errors'}.`;
    return new Problem('data_breaks_rule', detail, accepted);
  }
  const value = accepted === event.data ? event.value : (JSON.parse(accepted) as unknown);
  const derived = catalog.attributesOf?.({ ...event, data: accepted, value });
  return { data: accepted, value, attributes: { ...attributes, ...derived } };
}

/** Which of the two would be meant is not ours to say, and the catalogs' formats pick members by name. */
function duplicateMember(data: string): ProblemPart[] | null {
  try {
    scanJson(data);
    return null;
  } catch (error) {
    if (!(error instanceof DuplicateMemberError)) throw error;
    const pointer = `/data/${escapePointerToken(error.member)}`;
    return [{ pointer, detail: 'This member stands twice; keep one of them' }];
  }
}
