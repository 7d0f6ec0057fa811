import { asProblem, ProblemError } from './problemError.js';

/** What a call of the client gives: the data of a success, or the body of an error. */
interface CallResult<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** The data that a call answered; throws a `ProblemError` where it was refused, an `UnreachableError` where none came. */
export async function dataOf<T>(call: Promise<CallResult<T>>): Promise<T> {
  const { data, error, response } = await call.catch((cause: unknown) => {
    if (!(cause instanceof SyntaxError)) throw cause;
    throw new Error('The answer is not JSON, so it is not from Everhook', { cause });
  });
  if (!response.ok) throw new ProblemError(response.status, asProblem(error));
  return data as T;
}
