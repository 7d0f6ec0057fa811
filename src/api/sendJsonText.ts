import type { FastifyReply } from 'fastify';
import { sendText } from './sendText.js';

/** Sends JSON text as it is. */
export function sendJsonText(reply: FastifyReply, text: string): FastifyReply {
  return sendText(reply, 'application/json; charset=utf-8', text);
}
