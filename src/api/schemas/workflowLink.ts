import { z } from 'zod';

/** What works on something, as an operator finds it. */
export const workflowLink = z.object({
  id: z.string(),
  url: z.string().nullable().describe('In the Temporal UI'),
});

export type WorkflowLink = z.output<typeof workflowLink>;
