import { DuplicateMemberError } from '../domain/json/duplicateMemberError.js';
import { scanJson } from '../domain/json/scanJson.js';
import { Problem, type ProblemPart } from '../domain/problem.js';
import { schemaOf } from './catalogSchemas.js';
import type { AcceptContext, Catalog, CatalogEvent } from './catalog.js';
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
    const detail = `The data breaks the schema of ${type.name}, a type of the catalog ${catalog.name}; see errors.`;
    return new Problem('data_breaks_schema', detail, broken);
  }
  const accepted = acceptedData(catalog, event, context);
  if (accepted instanceof Problem) return accepted;
  if (typeof accepted !== 'string') {
    const detail = `The data breaks a rule of ${type.name}: ${accepted[0]?.detail ?? 'see errors'}.`;
    return new Problem('data_breaks_rule', detail, accepted);
  }
  const value = accepted === event.data ? event.value : (JSON.parse(accepted) as unknown);
  const derived = catalog.attributesOf?.({ ...event, data: accepted, value });
  return { data: accepted, value, attributes: { ...attributes, ...derived } };
}

/** What stands twice is refused: which of the two is meant is not ours to say, and catalogs pick members by name. */
function acceptedData(
  catalog: Catalog,
  event: CatalogEvent,
  context: AcceptContext,
): string | readonly ProblemPart[] | Problem {
  try {
    scanJson(event.data);
    return catalog.accept?.(event, context) ?? event.data;
  } catch (error) {
    if (!(error instanceof DuplicateMemberError)) throw error;
    const detail = `The member ${JSON.stringify(error.member)} stands twice; keep one of them`;
    return [{ pointer: '/data', detail }];
  }
}
