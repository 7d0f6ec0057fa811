import { jsonTokens } from './jsonTokens.js';
import type { JsonSlice } from './scanJson.js';

/** An object or array that is open. */
interface Container {
  isObject: boolean;
  /** The member whose value is being read; null before its name, and always in arrays. */
  member: { start: number; isRemoved: boolean } | null;
  /** Whether a member before it stays. */
  keepsOne: boolean;
  /** The comma before the member; what is removed behind one that stays goes with it. */
  separatorAt: number;
  /** Where removed members begin that have none that stays before them: they go up to the next name. */
  removedFrom: number | null;
}

/**
 * The JSON text without the members of these names (unescaped) in any object of it, at any depth. Each goes with one
 * comma and the white space between them; the rest of the text is unchanged. The text must be JSON that `scanJson`
 * accepts; of another the result is of no use.
 */
export function removeMembers(text: string, names: ReadonlySet<string>): string {
  const removed: JsonSlice[] = [];
  const open: Container[] = [];
  for (const { token, index } of jsonTokens(text)) {
    const inner = open.at(-1);
    if (token === '{' || token === '[') {
      const isObject = token === '{';
      open.push({ isObject, member: null, keepsOne: false, separatorAt: 0, removedFrom: null });
    } else if (inner === undefined) {
      // A text that is one string.
    } else if (token === '}' || token === ']') {
      if (inner.member !== null) endMember(text, inner, index, removed);
      open.pop();
    } else if (token === ',') {
      if (inner.member !== null) endMember(text, inner, index, removed);
      inner.separatorAt = index;
    } else if (inner.isObject && inner.member === null) {
      if (inner.removedFrom !== null) removed.push({ start: inner.removedFrom, end: index });
      inner.removedFrom = null;
      inner.member = { start: index, isRemoved: names.has(JSON.parse(token) as string) };
    }
  }
  return without(text, removed);
}

/** `at`: the comma or brace after the member. */
function endMember(text: string, container: Container, at: number, removed: JsonSlice[]): void {
  const { member, keepsOne, separatorAt } = container;
  container.member = null;
  if (member === null) return;
  if (!member.isRemoved) {
    container.keepsOne = true;
  } else if (!keepsOne && text[at] === ',') {
    container.removedFrom = member.start;
  } else {
    const end = member.start + text.slice(member.start, at).trimEnd().length;
    removed.push({ start: keepsOne ? separatorAt : member.start, end });
  }
}

function without(text: string, removed: readonly JsonSlice[]): string {
  let kept = '';
  let at = 0;
  for (const { start, end } of [...removed].sort((one, other) => one.start - other.start)) {
    // Within one that is removed whole.
    if (start < at) continue;
    kept += text.slice(at, start);
    at = end;
  }
  return kept + text.slice(at);
}
