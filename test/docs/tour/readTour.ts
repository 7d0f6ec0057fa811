import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../../src/config/packageRoot.js';

/** A code block of the tour: what is typed in a terminal, or what that terminal then shows. */
export interface TourBlock {
  kind: 'typed' | 'shown';
  /** The second word after the fence; what has none is the reader's own terminal, `here`. */
  terminal: string;
  text: string;
  /** In README.md, from 1. */
  line: number;
}

const heading = '## Five minutes\n';
const fence = /^```(\w+)(?: (\w+))?\n(.*?)^```$/gms;

/** The code blocks of the README's tour, in their order. */
export function readTour(): TourBlock[] {
  const readme = readFileSync(join(packageRoot, 'README.md'), 'utf8');
  const start = readme.indexOf(heading);
  if (start === -1) throw new Error(`README.md has no ${heading}`);
  const end = readme.indexOf('\n## ', start);
  return [...readme.slice(start, end).matchAll(fence)].map((found) => {
    const [, language, terminal = 'here', text = ''] = found;
    return {
      kind: language === 'sh' ? 'typed' : 'shown',
      terminal,
      text: text.trimEnd(),
      line: readme.slice(0, start + found.index).split('\n').length,
    };
  });
}
