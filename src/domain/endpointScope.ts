import { attributeValueProblem, eventAttributeNameProblem } from './attributes.js';

/** What an endpoint is for: events whose attribute has the value. Written `flow:onboarding`. */
export interface EndpointScope {
  attribute: string;
  value: string;
}

/** The parts of a scope's text; no attribute has a colon in its name, a value may. */
export function parseScope(text: string): EndpointScope {
  const colon = text.indexOf(':');
  return { attribute: text.slice(0, colon), value: text.slice(colon + 1) };
}

/** What a scope requires of events: attribute → accepted values. */
export function requiredBy(scope: string | null): Record<string, readonly string[]> {
  if (scope === null) return {};
  const { attribute, value } = parseScope(scope);
  return { [attribute]: [value] };
}

/** Why this text is no scope, or null if it is one. */
export function scopeTextProblem(text: string): string | null {
  const { attribute, value } = parseScope(text);
  if (!text.includes(':') || attribute === '' || value === '') {
    return 'Write a scope as an attribute of events, a colon and its value: "flow:onboarding"';
  }
  return eventAttributeNameProblem(attribute) ?? attributeValueProblem(value);
}
