import type { AnswerFailure } from '../domain/answer.js';

/** No connection came about, for a reason that lies with the receiver or its address; `failure` says how it is reported. */
export class ConnectError extends Error {
  override readonly name = 'ConnectError';
  constructor(
    readonly failure: AnswerFailure,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
