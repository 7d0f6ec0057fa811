import { z } from 'zod';

/** A text that a function of the domain judges: it returns what is wrong, in words, or null. */
export function judged(problemOf: (text: string) => string | null): z.ZodString {
  return z.string().check((context) => {
    const message = problemOf(context.value);
    if (message !== null) context.issues.push({ code: 'custom', message, input: context.value });
  });
}
