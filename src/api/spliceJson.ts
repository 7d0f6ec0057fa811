import { joinMembers } from '../domain/json/joinMembers.js';

/** The JSON text of an object that has, besides `members`, these members whose values are JSON texts already. */
export function spliceJson(
  members: Readonly<Record<string, unknown>>,
  texts: Readonly<Record<string, string>>,
): string {
  const own = Object.entries(members).map(([name, value]) => [name, JSON.stringify(value)]);
  return joinMembers({ ...Object.fromEntries(own), ...texts });
}
