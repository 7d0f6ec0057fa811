import type { IncomingHttpHeaders } from 'node:http';

const maxHeaders = 32;
const maxValueLength = 256;
/** Kept however many come before them: the retry schedule and the dashboard read them. */
const firstNames = ['retry-after', 'content-type'];

/** A bounded copy of a receiver's headers: 32 at most, values cut at 256 characters, repeated ones joined by a comma. */
export function answerHeaders(headers: IncomingHttpHeaders): Record<string, string> {
  const names = Object.keys(headers);
  const first = firstNames.filter((name) => Object.hasOwn(headers, name));
  const kept = [...new Set([...first, ...names])].slice(0, maxHeaders);
  // `fromEntries` defines, where assigning would trip over a header named __proto__.
  return Object.fromEntries(kept.map((name) => [name, cutValue(headers[name])]));
}

function cutValue(value: string | string[] | undefined): string {
  const text = Array.isArray(value) ? value.join(', ') : (value ?? '');
  return text.length > maxValueLength ? text.slice(0, maxValueLength) : text;
}
