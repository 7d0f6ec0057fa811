import type { z } from 'zod';
import type { JsonSlice } from '../../domain/json/scanJson.js';
import { Problem } from '../../domain/problem.js';
import { eventEnvelope, type EventEnvelope, eventLine } from './eventEnvelope.js';
import { problemParts } from './problemParts.js';
import { scanBody } from './scanBody.js';

/** An event as submitted: the envelope, and the data twice, as text to keep and as a value to decide by. */
export interface SubmittedEvent extends EventEnvelope {
  dataText: string;
  data: unknown;
}

/** The same as a line of a bulk submission. */
export interface SubmittedLine extends SubmittedEvent {
  idempotencyKey?: string | undefined;
}

/** Reads the body of a submission. Throws a `Problem` that names the place of what is wrong. */
export function parseEvent(rawBody: Uint8Array): SubmittedEvent {
  return parse(rawBody, eventEnvelope);
}

/** Reads a line of a bulk submission; throws as `parseEvent` does. */
export function parseEventLine(line: Uint8Array): SubmittedLine {
  return parse(line, eventLine);
}

function parse<T extends EventEnvelope>(
  rawBody: Uint8Array,
  schema: z.ZodType<T>,
): T & { dataText: string; data: unknown } {
  const { text, members } = scanBody(rawBody);
  if (members === null) {
    throw new Problem('invalid_request', 'The body must be a JSON object.', [
      { pointer: '', detail: 'An object with type and data' },
    ]);
  }
  const valueOf = ({ start, end }: JsonSlice): string => text.slice(start, end);
  const envelope: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  for (const [name, slice] of members) {
    if (name !== 'data') envelope[name] = JSON.parse(valueOf(slice));
  }
  const checked = schema.safeParse(envelope);
  const data = members.get('data');
  const parts = checked.success ? [] : problemParts(checked.error.issues);
  if (data === undefined) parts.push({ pointer: '/data', detail: 'Required: any JSON value' });
  if (!checked.success || data === undefined) {
    throw new Problem('invalid_request', 'The event is not as it should be; see errors.', parts);
  }
  const dataText = valueOf(data);
  return { ...checked.data, dataText, data: JSON.parse(dataText) };
}
