import type { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';

/** Sends a text, or a stream of it, as it is: with a content type it goes past the serializer of the route. */
export function sendText(
  reply: FastifyReply,
  contentType: string,
  text: string | Readable,
): FastifyReply {
  return reply.header('content-type', contentType).send(text);
}
