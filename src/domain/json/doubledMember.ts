import { jsonTokens } from './jsonTokens.js';

/** The name (unescaped) of the first member that stands twice in one object, at any depth; null where there is none. */
export function doubledMember(text: string): string | null {
  const open: { names: Set<string> | null; awaitsName: boolean }[] = [];
  for (const { token } of jsonTokens(text)) {
    const inner = open.at(-1);
    if (token === '{') open.push({ names: new Set(), awaitsName: true });
    else if (token === '[') open.push({ names: null, awaitsName: false });
    else if (token === '}' || token === ']') open.pop();
    else if (token === ',') {
      if (inner !== undefined) inner.awaitsName = true;
    } else if (inner?.names && inner.awaitsName) {
      const name = JSON.parse(token) as string;
      if (inner.names.has(name)) return name;
      inner.names.add(name);
      inner.awaitsName = false;
    }
  }
  return null;
}
