import { maxUrlLength } from '../../domain/limits.js';

/**
 * A URL's text, parsed once, without its host's trailing dot; or what is wrong with it, in words for its owner. Much
 * of what is refused here the parser would mend in silence, and others would read otherwise.
 */
export function parseUrl(text: string): URL | string {
  if (/[\p{C}\s\\]/u.test(text)) {
    return 'The URL must not have white space, control characters or backslashes.';
  }
  if (!/^https?:\/\/[^/?#]/i.test(text)) return 'The URL must begin with https:// and a host.';
  if (text.includes('#')) return 'The URL must not have a fragment (#…).';
  if (/^[^/]*\/\/[^/?]*@/.test(text)) {
    return 'The URL must not have a user or password; use a header instead.';
  }
  const url = parsed(text);
  if (url === null) return 'This is not a valid URL.';
  if (url.href.length > maxUrlLength)
    return `The URL must have at most ${maxUrlLength} characters.`;
  return url;
}

/** Not asked of `URL.canParse`: once optimised, that of Node 20.20 says no to https://bücher.example. */
function parsed(text: string): URL | null {
  try {
    const url = new URL(text);
    if (url.hostname.endsWith('.')) url.hostname = url.hostname.slice(0, -1);
    return url;
  } catch {
    return null;
  }
}
