import type { z } from 'zod';
import type { Problem } from '../domain/problem.js';
import type { AcceptResult } from '../intake/intake.js';
import { problemDetails } from './problems/problemDetails.js';
import type { lineResult } from './schemas/bulkSchemas.js';

type LineResult = z.output<typeof lineResult>;

/** What became of a line that was accepted, before or now. */
export function showAcceptedLine(
  line: number,
  { status, body, replayed }: AcceptResult,
): LineResult {
  const { id } = JSON.parse(body) as { id: string };
  return { line, status, id, ...(replayed ? { replayed } : {}) };
}

/** What became of a line that was refused. */
export function showRefusedLine(line: number, problem: Problem, requestId: string): LineResult {
  const { errors, ...details } = problemDetails(problem, requestId);
  return {
    line,
    status: details.status,
    problem: { ...details, code: problem.code, errors: [...errors] },
  };
}
