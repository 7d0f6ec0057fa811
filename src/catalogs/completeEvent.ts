import { doubledMember } from '../domain/json/doubledMember.js';
import { Problem, type ProblemPart } from '../domain/problem.js';
import { schemaOf } from './catalogSchemas.js';
import type { AcceptContext, CatalogEvent, CatalogType } from './catalog.js';
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

/** An event of a catalog's type as the catalog has it, or why it is refused. The schema is asked before the catalog. */
export function completeEvent(
  { type, catalog }: KnownType,
  {
    attributes,
    fromImport,
    ...event
  }: CatalogEvent & { attributes: Attributes; fromImport: boolean },
  context: AcceptContext,
): CompletedEvent | Problem {
  const broken = schemaOf(type, { fromImport }).problemsOf(event.value);
  if (broken.length > 0) {
    const detail = `The data breaks the schema of ${type.name}, a type of the catalog ${catalog.name}; see errors.`;
    return new Problem('data_breaks_schema', detail, broken);
  }
  const doubled = doubledMember(event.data);
  if (doubled !== null) return breaksRule(type, doubledParts(doubled));
  const accepted = catalog.accept?.(event, context) ?? event.data;
  if (accepted instanceof Problem) return accepted;
  if (typeof accepted !== 'string') return breaksRule(type, accepted);
  const value = accepted === event.data ? event.value : (JSON.parse(accepted) as unknown);
  const derived = catalog.attributesOf?.({ ...event, data: accepted, value });
  return { data: accepted, value, attributes: { ...attributes, ...derived } };
}

function breaksRule({ name }: CatalogType, parts: readonly ProblemPart[]): Problem {
  const detail = `The data breaks a rule of ${name}: ${parts[0]?.detail ?? 'see errors'}.`;
  return new Problem('data_breaks_rule', detail, parts);
}

/** Which of the two is meant is not ours to say: schemas look at the last, formats and receivers may at the first. */
function doubledParts(name: string): ProblemPart[] {
  return [
    {
      pointer: '/data',
      detail: `The member ${JSON.stringify(name)} stands twice; keep one of them`,
    },
  ];
}
