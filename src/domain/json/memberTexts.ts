import { scanJson } from './scanJson.js';

/** The members of a JSON object by name, each as the text that it came as; null for another value. Throws as `scanJson` does. */
export function memberTexts(text: string): Map<string, string> | null {
  const { members } = scanJson(text);
  if (members === null) return null;
  return new Map([...members].map(([name, { start, end }]) => [name, text.slice(start, end)]));
}
