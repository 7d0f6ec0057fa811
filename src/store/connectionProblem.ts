/** What kept from connecting, in words. Where each address of a name refuses, the error for all of them has none. */
export function connectionProblem(error: unknown): string {
  const first = error instanceof AggregateError ? (error.errors[0] as unknown) : error;
  return first instanceof Error ? first.message : String(first);
}
