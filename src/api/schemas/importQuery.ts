import { z } from 'zod';
import { importStates, type ImportFilter } from '../../store/imports.js';
import { listQuery } from './lists.js';

/** What may be asked of a list of imports. */
export const importQuery = z.strictObject({
  ...listQuery,
  state: z.enum(importStates).optional(),
  paused: z
    .enum(['true', 'false'])
    .optional()
    .describe('`true`: those of which a delivery is held; `false`: the others; all if absent'),
});

/** The same for the store. */
export function importFilter(
  query: z.output<typeof importQuery>,
): Pick<ImportFilter, 'state' | 'paused'> {
  const paused = query.paused === undefined ? null : query.paused === 'true';
  return { state: query.state ?? null, paused };
}
