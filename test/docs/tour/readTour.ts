import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../../src/config/packageRoot.js';

/** A code block of the tour: what is typed in a terminal, or what that terminal then shows. */
export interface TourBlock {
  kind: 'typed' | 'shown';
  /** The second word after the fence; what has none is the reader's own terminal, `here`. */
  terminal: string;
  text: string;
  /** `docs/page.md, line 7`. */
  place: string;
}

const fence = /^```(\w+)(?: (\w+))?\n(.*?)^```$/gms;

/** The code blocks of a page's tour, in their order: those below a heading of the second level. */
export function readTour(page: string, heading: string): TourBlock[] {
  const text = readFileSync(join(packageRoot, page), 'utf8');
  const start = text.indexOf(`## ${heading}\n`);
  if (start === -1) throw new Error(`${page} has no "## ${heading}"`);
  const end = text.indexOf('\n## ', start);
  return [...text.slice(start, end === -1 ? undefined : end).matchAll(fence)].map((found) => {
    const [, language, terminal = 'here', block = ''] = found;
    const line = text.slice(0, start + found.index).split('\n').length;
    return {
      kind: language === 'sh' ? 'typed' : 'shown',
      terminal,
      text: block.trimEnd(),
      place: `${page}, line ${line}`,
    };
  });
}
