import type { FastifyRequest } from 'fastify';
import { escapePointerToken } from '../../domain/json/jsonPointer.js';
import { Problem } from '../../domain/problem.js';
import { scanBody } from '../../intake/accept/scanBody.js';
import type { Api } from '../api.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** The JSON text of the body, for routes that keep parts of it as they were given; null without a body. */
    bodyText: string | null;
  }
}

/** Bodies are JSON, strictly: UTF-8, no member twice at the top, and no `__proto__`, which zod would drop in silence. */
export function jsonBody(app: Api): void {
  app.decorateRequest('bodyText', null);
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    ['application/json', 'application/merge-patch+json'],
    { parseAs: 'buffer' },
    async (request: FastifyRequest, body: Buffer) => {
      if (body.byteLength === 0) return undefined;
      const { text } = scanBody(body);
      request.bodyText = text;
      const parsed: unknown = JSON.parse(text);
      refuseProto(parsed, '');
      return parsed;
    },
  );
}

/** Recursion is bounded by `maxJsonDepth`. */
function refuseProto(value: unknown, pointer: string): void {
  if (typeof value !== 'object' || value === null) return;
  for (const [name, member] of Object.entries(value)) {
    const at = `${pointer}/${escapePointerToken(name)}`;
    if (name === '__proto__') {
      const detail = 'A member may not be named "__proto__".';
      throw new Problem('invalid_request', detail, [{ pointer: at, detail }]);
    }
    refuseProto(member, at);
  }
}
