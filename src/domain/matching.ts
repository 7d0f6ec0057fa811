import { type AttributeSource, attributeTexts } from './attributes.js';
import { requiredBy } from './endpointScope.js';
import { subscriptionIncludes } from './eventTypeName.js';

/** The part of an endpoint that says which events it wants. */
export interface EndpointMatcher {
  eventTypes: readonly string[];
  /** Attribute → accepted values, any or all of them as `match` says; none: no filter. */
  filters: Record<string, readonly string[]>;
  match: 'any' | 'all';
  /** Attribute → accepted values; every one must match, besides `filters`. */
  require: Record<string, readonly string[]>;
  /** `<attribute>:<value>`, required like those; null: none. */
  scope: string | null;
}

export interface MatchableEvent extends AttributeSource {
  type: string;
}

/** `reason`: for the endpoint's owner, beginning in lower case and without a full stop. */
export type MatchResult = { matched: true } | { matched: false; reason: string };

const maxValuesShown = 5;
const maxValueCharactersShown = 60;

/**
 * Whether an endpoint wants an event: its types include it, the event is in its scope, every attribute it requires has
 * an accepted value, and so have any or all of those it filters on. An attribute with several texts matches if one of them is accepted.
 */
export function matchEndpoint(endpoint: EndpointMatcher, event: MatchableEvent): MatchResult {
  if (!endpoint.eventTypes.some((wanted) => subscriptionIncludes(wanted, event.type))) {
    return { matched: false, reason: `its types don't include ${event.type}` };
  }
  const [outside] = mismatches(requiredBy(endpoint.scope), event);
  if (outside !== undefined) return { matched: false, reason: `its scope: ${outside}` };
  const missing = mismatches(endpoint.require, event)[0];
  if (missing !== undefined) return { matched: false, reason: `required ${missing}` };

  const refused = mismatches(endpoint.filters, event);
  const filterCount = Object.keys(endpoint.filters).length;
  const first = refused[0];
  if (first === undefined) return { matched: true };
  if (endpoint.match === 'any' && refused.length < filterCount) return { matched: true };
  if (endpoint.match === 'all' || filterCount === 1) {
    return { matched: false, reason: `filter ${first}` };
  }
  return { matched: false, reason: `none of its ${filterCount} filters matches; ${first}` };
}

/** For each attribute that has no accepted value, what is wanted and what is there. */
function mismatches(
  wanted: Record<string, readonly string[]>,
  event: MatchableEvent,
): readonly string[] {
  const found: string[] = [];
  for (const [name, accepted] of Object.entries(wanted)) {
    const texts = attributeTexts(event, name);
    if (texts.some((text) => accepted.includes(text))) continue;
    found.push(`${name} wants ${listed(accepted, 'or')}; the event has ${listed(texts, 'and')}`);
  }
  return found;
}

/** `pro`, `pro or team`, `a, b or 3 more`; bounded, since a filter may accept hundreds of values. */
function listed(values: readonly string[], conjunction: 'and' | 'or'): string {
  const shown = values.slice(0, maxValuesShown).map(shownValue);
  const more = values.length - shown.length;
  if (more > 0) shown.push(`${more} more`);
  const last = shown.pop();
  if (last === undefined) return 'none';
  return shown.length === 0 ? last : `${shown.join(', ')} ${conjunction} ${last}`;
}

function shownValue(value: string): string {
  if (value === '') return '""';
  if (value.length <= maxValueCharactersShown) return value;
  return `${value.slice(0, maxValueCharactersShown)}…`;
}
