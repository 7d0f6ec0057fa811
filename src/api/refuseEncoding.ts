import type { IncomingHttpHeaders } from 'node:http';
import { Problem } from '../domain/problem.js';

/** Throws where a streamed body is compressed, or said to be of another character set than UTF-8. */
export function refuseEncoding(headers: IncomingHttpHeaders): void {
  const encoding = headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity') {
    throw unsupported('content-encoding', 'Send the body as it is, without a Content-Encoding');
  }
  const charset = /;\s*charset="?([^";\s]+)/i.exec(headers['content-type'] ?? '')?.[1] ?? 'utf-8';
  if (!/^(?:utf-?8|us-ascii)$/i.test(charset)) {
    throw unsupported('content-type', 'Send the body in UTF-8');
  }
}

function unsupported(header: string, detail: string): Problem {
  return new Problem('unsupported_media_type', `${detail}.`, [
    { pointer: `#header/${header}`, detail },
  ]);
}
