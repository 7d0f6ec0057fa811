import { z } from 'zod';
import { customHeaderProblem } from './customHeaders.js';

const maxHeaders = 20;

/** Custom headers as an endpoint or an event gives them: name → value, no name twice, each by `customHeaderProblem`. */
export const customHeadersField = z.record(z.string(), z.string()).superRefine((given, context) => {
  const names = Object.keys(given).map((name) => name.toLowerCase());
  if (names.length > maxHeaders) context.addIssue(`At most ${maxHeaders} headers`);
  for (const [name, value] of Object.entries(given)) {
    const problem = customHeaderProblem(name, value);
    const twice = names.filter((other) => other === name.toLowerCase()).length > 1;
    const message = problem ?? (twice ? 'This header is given twice' : null);
    if (message !== null) context.addIssue({ code: 'custom', message, path: [name] });
  }
});
