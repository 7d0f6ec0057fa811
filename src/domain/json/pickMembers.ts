import { memberTexts } from './memberTexts.js';

/**
 * Members of a JSON object by name, each as the text that it came as. For text that has been checked: throws where one
 * of them isn't there, and as `scanJson` does.
 */
export function pickMembers<Name extends string>(
  text: string,
  ...names: readonly Name[]
): Record<Name, string> {
  const members = memberTexts(text);
  const picked = names.map((name): [Name, string] => {
    const member = members?.get(name);
    if (member === undefined) throw new Error(`The JSON has no member ${name}, though it must.`);
    return [name, member];
  });
  return Object.fromEntries(picked) as Record<Name, string>;
}
