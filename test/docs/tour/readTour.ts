/** A code block of the tour: what is typed in a terminal, or what that terminal then shows. */
export interface TourBlock {
  kind: 'typed' | 'shown';
  /** The second word after the fence; what has none is the reader's own terminal, `here`. */
  terminal: string;
  text: string;
  /** In the page, from 1. */
  line: number;
}

const fence = /^```(\w+)(?: (\w+))?\n(.*?)^```$/gms;

/** The code blocks of a page's section with that heading, in their order. */
export function readTour(page: string, heading: string): TourBlock[] {
  const start = page.indexOf(`## ${heading}\n`);
  if (start === -1) throw new Error(`The page has no section ${heading}`);
  const next = page.indexOf('\n## ', start);
  const section = page.slice(start, next === -1 ? undefined : next);
  return [...section.matchAll(fence)].map((found) => {
    const [, language, terminal = 'here', text = ''] = found;
    return {
      kind: language === 'sh' ? 'typed' : 'shown',
      terminal,
      text: text.trimEnd(),
      line: page.slice(0, start + found.index).split('\n').length,
    };
  });
}
