import { scanJson } from './scanJson.js';

/**
 * The JSON text of an object with other values (name → JSON text) for those of the members that it has; the rest stays
 * byte for byte. Throws as `scanJson` does.
 */
export function replaceMembers(text: string, wanted: Readonly<Record<string, string>>): string {
  const { members } = scanJson(text);
  if (members === null) throw new Error('Members were to be replaced in what is no object.');
  let replaced = '';
  let at = 0;
  for (const [name, { start, end }] of members) {
    if (!Object.hasOwn(wanted, name)) continue;
    replaced += text.slice(at, start) + (wanted[name] ?? '');
    at = end;
  }
  return replaced + text.slice(at);
}
