import { createHash } from 'node:crypto';
import { Problem } from '../../domain/problem.js';
import type { AcceptResult, BulkRequest } from '../intake.js';
import type { Acceptor } from './acceptor.js';
import { parseEventLine, type SubmittedLine } from './parseEvent.js';
import type { SubmissionKey } from './submission.js';

/** Lines submitted together, and their bytes: in between the event loop is free for others' requests. */
const maxLinesTogether = 100;
const maxBytesTogether = 262_144;

/**
 * Accepts each line as an event of its own. The results stand at their lines' places. Lines that share an idempotency
 * key are taken one after the other, so that the second is answered like a repeat and not as one in flight.
 */
export async function acceptLines(
  acceptor: Acceptor,
  { environment, tenant, traceParent = null, lines, maxLineBytes }: BulkRequest,
): Promise<PromiseSettledResult<AcceptResult>[]> {
  const results: PromiseSettledResult<AcceptResult>[] = [];
  let together: Promise<AcceptResult>[] = [];
  let bytes = 0;
  const keys = new Set<string>();
  // Also where they come to several groups: their numbers in an order follow their lines.
  const sequence = {};
  const settle = async (): Promise<void> => {
    results.push(...(await Promise.allSettled(together)));
    together = [];
    bytes = 0;
    keys.clear();
  };
  for (const line of lines) {
    const event = parseLine(line, maxLineBytes);
    const key = event instanceof Error ? undefined : event.idempotencyKey;
    const isFull =
      together.length >= maxLinesTogether || bytes + line.byteLength > maxBytesTogether;
    if (isFull || (key !== undefined && keys.has(key))) await settle();
    bytes += line.byteLength;
    if (key !== undefined) keys.add(key);
    together.push(
      event instanceof Error
        ? Promise.reject(event)
        : acceptor.submit({
            request: { environment, tenant },
            event,
            bytes: line.byteLength,
            idempotency: keyOf(event, line),
            madeBy: null,
            traceParent,
            sequence,
          }),
    );
  }
  await settle();
  return results;
}

/** What is wrong with a line is its result: thrown, it would leave the others' results to nobody. */
function parseLine(line: Uint8Array, maxLineBytes: number): SubmittedLine | Error {
  if (line.byteLength > maxLineBytes) {
    return new Problem('body_too_large', `A line may have ${maxLineBytes} bytes at most.`);
  }
  try {
    return parseEventLine(line);
  } catch (error) {
    if (error instanceof Error) return error;
    throw error;
  }
}

function keyOf({ idempotencyKey }: SubmittedLine, line: Uint8Array): SubmissionKey | null {
  if (idempotencyKey === undefined) return null;
  return {
    route: 'POST /events/bulk',
    key: idempotencyKey,
    pointer: '/idempotencyKey',
    fingerprint: createHash('sha256').update(line).digest(),
  };
}
