import { scanJson } from './scanJson.js';

/**
 * The JSON text of an object with those of the members (name → JSON text) that it hasn't got added at its end. What is
 * there stays byte for byte, the text itself where nothing is missing. Throws as `scanJson` does.
 */
export function fillMembers(text: string, wanted: Readonly<Record<string, string>>): string {
  const { members } = scanJson(text);
  if (members === null) throw new Error('Members were to be filled in what is no object.');
  const missing = Object.entries(wanted).filter(([name]) => !members.has(name));
  if (missing.length === 0) return text;
  const added = missing.map(([name, value]) => `${JSON.stringify(name)}:${value}`).join(',');
  const end = text.lastIndexOf('}');
  return `${text.slice(0, end)}${members.size === 0 ? '' : ','}${added}${text.slice(end)}`;
}
